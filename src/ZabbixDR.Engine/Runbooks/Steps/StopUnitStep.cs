using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Stops a service.</summary>
internal sealed class StopUnitStep : NodeStep
{
    public const string Kind = "stop-unit";

    // systemd's own limit is 90 s by default, after which it kills; then it is stopped too.
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public StopUnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode node, string unit, string why) => new()
    {
        Id = $"stop-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Stop {unit}",
        Why = why,
        Commands = [Command(unit).ToString()],
        Destructive = true,
        Idempotent = true,
        Proof = "systemd calls it inactive or failed, and it has no main process.",
        Undo = $"systemctl start {unit}",
        TimeLimit = Limit,
        Arguments = new Dictionary<string, string> { ["unit"] = unit },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(report.IsDown, $"{Told("unit")} is {report.ActiveState}");
    }

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) =>
        Changed.RunAsync(Command(Told("unit")), cancellation);

    /// <summary>The command that stops a service; nothing happens where it is stopped.</summary>
    public static ChangingCommand Command(string unit) => AsRoot("systemctl", "stop", unit) with { TimeLimit = Limit };
}
