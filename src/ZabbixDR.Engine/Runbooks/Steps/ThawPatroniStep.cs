namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Lets a frozen Patroni go on, or be started, where etcd is not there for a new one to log into.</summary>
internal sealed class ThawPatroniStep : NodeStep
{
    public const string Kind = "thaw-patroni";

    public ThawPatroniStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(PatroniToReplace patroni) => new()
    {
        Id = $"thaw-{patroni.Node.Name}",
        Kind = Kind,
        Node = patroni.Node.Name,
        What = "Let Patroni go on; where its node was started anew, start it",
        Why = "It was frozen. It finds etcd as it was before, away, and does what it would have done: without failsafe mode it demotes PostgreSQL.",
        Commands = [.. UnitFence.LiftCommands(patroni.Unit), Thaw(patroni.Unit).ToString()],
        Idempotent = true,
        Proof = "The fence is gone, and Patroni's main process is not stopped.",
        Undo = $"systemctl kill --signal=STOP --kill-who=main {patroni.Unit}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["unit"] = patroni.Unit },
    };

    /// <summary>What lets it go on.</summary>
    public static Nodes.ChangingCommand Thaw(string unit) => AsRoot("systemctl", "kill", "--signal=CONT", "--kill-who=main", unit);

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (!(await UnitFence.LookAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).IsLifted)
        {
            return StepLook.NotDone($"{UnitFence.PathFor(Told("unit"))} is there, or systemd still goes by it");
        }

        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(report is { IsFrozen: false, IsUp: true }, report.IsFrozen ? $"process {report.MainPid} is stopped" : $"{Told("unit")} is {report.ActiveState}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await UnitFence.LiftAsync(Changed, Told("unit"), cancellation).ConfigureAwait(false);
        var isFrozen = (await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).IsFrozen;
        await Changed.RunAsync(isFrozen ? Thaw(Told("unit")) : AsRoot("systemctl", "start", "--no-block", Told("unit")), cancellation).ConfigureAwait(false);
    }
}
