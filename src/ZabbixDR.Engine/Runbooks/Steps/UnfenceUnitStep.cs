using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Takes a fence away, and starts the service on the data that it had.</summary>
internal sealed class UnfenceUnitStep : NodeStep
{
    public const string Kind = "unfence-unit";

    public UnfenceUnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode node, string unit, string why) => new()
    {
        Id = Named("unfence", node, unit),
        Kind = Kind,
        Node = node.Name,
        What = $"Take the fence of {unit} away, and start it",
        Why = why,
        Commands = [.. UnitFence.LiftCommands(unit), Start(unit).ToString()],
        Idempotent = true,
        Proof = "The fence is gone, and systemd calls the unit active or activating.",
        Undo = $"systemctl stop {unit}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["unit"] = unit },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (!(await UnitFence.LookAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).IsLifted)
        {
            return StepLook.NotDone($"{UnitFence.PathFor(Told("unit"))} is there, or systemd still goes by it");
        }

        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(report.IsUp, $"{Told("unit")} is {report.ActiveState}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await UnitFence.LiftAsync(Changed, Told("unit"), cancellation).ConfigureAwait(false);
        await Changed.RunAsync(Start(Told("unit")), cancellation).ConfigureAwait(false);
    }

    private static ChangingCommand Start(string unit) => AsRoot("systemctl", "start", "--no-block", unit);
}
