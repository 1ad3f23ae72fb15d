using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Stops a service and masks it, so that neither a reboot nor a person starts it by accident.</summary>
internal sealed class FenceUnitStep : NodeStep
{
    public const string Kind = "fence-unit";

    // As for StopUnitStep: systemd kills after 90 s by default.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public FenceUnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode node, string service, string unit, string undo) => new()
    {
        Id = $"fence-{service}-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Stop {unit} and mask it",
        Why = "Lost members that meet again are the old cluster with its quorum, beside the new one.",
        Commands = [Command(unit).ToString()],
        Destructive = true,
        Idempotent = true,
        Proof = "systemd calls it masked, and it has no main process.",
        Undo = undo,
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string> { ["unit"] = unit },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var loaded = await LoadStateAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(loaded == "masked" && report.IsDown, $"{Told("unit")} is {loaded} and {report.ActiveState}");
    }

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) =>
        Changed.RunAsync(Command(Told("unit")) with { TimeLimit = s_limit }, cancellation);

    /// <summary>systemd's word: loaded, masked, not-found.</summary>
    public static async Task<string> LoadStateAsync(INode node, string unit, CancellationToken cancellation) =>
        (await node.RunAsync(new ObservingCommand("systemctl", "show", "--property=LoadState", unit), cancellation).ConfigureAwait(false)).Output.Trim().Split('=')[^1];

    private static ChangingCommand Command(string unit) => AsRoot("systemctl", "mask", "--now", unit);
}
