using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Unmasks a service that the run has fenced, and starts it.</summary>
internal sealed class UnfenceUnitStep : NodeStep
{
    public const string Kind = "unfence-unit";

    public UnfenceUnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode node, string service, string unit) => new()
    {
        Id = $"unfence-{service}-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Unmask {unit} and start it",
        Why = "etcd on its node belongs to the new cluster.",
        Commands = [.. Commands(unit).Select(command => command.ToString())],
        Idempotent = true,
        Proof = "systemd calls it active or activating.",
        Undo = $"systemctl mask --now {unit}",
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
        foreach (var command in Commands(Told("unit")))
        {
            await Changed.RunAsync(command, cancellation).ConfigureAwait(false);
        }
    }

    private static ChangingCommand[] Commands(string unit) => [AsRoot("systemctl", "unmask", unit), AsRoot("systemctl", "start", "--no-block", unit)];
}
