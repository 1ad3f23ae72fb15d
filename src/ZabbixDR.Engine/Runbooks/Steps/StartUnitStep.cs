using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Starts a service, and does not wait for it: etcd is up only once a majority of its members is.</summary>
internal sealed class StartUnitStep : NodeStep
{
    public const string Kind = "start-unit";

    public StartUnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode node, string unit, string why) => new()
    {
        Id = $"start-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Start {unit}",
        Why = why,
        Commands = [Start(unit).ToString()],
        Idempotent = true,
        Proof = "systemd calls it active or activating.",
        Undo = $"systemctl stop {unit}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["unit"] = unit },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(report.IsUp, $"{Told("unit")} is {report.ActiveState}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // One that failed too often is not started again before its count is forgotten.
        await Changed.RunAsync(AsRoot("systemctl", "reset-failed", Told("unit")) with { AcceptedExitCodes = [0, 1] }, cancellation).ConfigureAwait(false);
        await Changed.RunAsync(Start(Told("unit")), cancellation).ConfigureAwait(false);
    }

    private static ChangingCommand Start(string unit) => AsRoot("systemctl", "start", "--no-block", unit);
}
