using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Ends the frozen Patroni and starts a new one, which takes the running PostgreSQL over.</summary>
internal sealed class ReplacePatroniStep : NodeStep
{
    public const string Kind = "replace-patroni";

    // A Patroni that adopts a running server is done in some seconds; a standby that has to rewind takes as long as the WAL in between.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private readonly PatroniClient _patroni;

    public ReplacePatroniStep(DrPlanStep step, RunNodes nodes, PatroniClient patroni)
        : base(step, nodes)
    {
        _patroni = patroni;
    }

    private bool LeadsAfterwards => Told("leads") == bool.TrueString;

    public static DrPlanStep Plan(PatroniToReplace patroni, bool leads) => new()
    {
        Id = $"patroni-{patroni.Node.Name}",
        Kind = Kind,
        Node = patroni.Node.Name,
        What = leads ? "Replace the frozen Patroni by a new one, which takes the lead" : "Replace the frozen Patroni by a new one, which follows",
        Why = leads
            ? "It logs into etcd anew and takes the running PostgreSQL over. It comes first: nobody else is there to take the lead."
            : "It finds the leader in its place and follows.",
        Commands = [.. UnitFence.LiftCommands(patroni.Unit), Kill(patroni.Unit).ToString(), Start(patroni.Unit).ToString()],
        Idempotent = true,
        Proof = leads ? "The fence is gone, and Patroni calls itself a running primary." : "The fence is gone, and Patroni says that it runs or streams, as a replica; or it leads, where the lead has moved since.",
        Undo = "Nothing to be undone: it is the state before the run, with a new process.",
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string> { ["unit"] = patroni.Unit, ["leads"] = leads.ToString() },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        if (report.IsFrozen || !report.IsUp)
        {
            return StepLook.NotDone(report.IsFrozen ? "the old process is frozen" : $"{Told("unit")} is {report.ActiveState}");
        }

        if (!(await UnitFence.LookAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).IsLifted)
        {
            return StepLook.NotDone($"{UnitFence.PathFor(Told("unit"))} is there, or systemd still goes by it");
        }

        var (status, failure) = await DrException.TryAsync(() => _patroni.GetStatusAsync(Seen, cancellation)).ConfigureAwait(false);
        var isDone = status is not null && (status.IsRunningPrimary || (!LeadsAfterwards && status.State is PatroniState.Running or PatroniState.Streaming));
        return new StepLook(isDone, status is null ? failure!.Message : $"{status.RoleWord}, {status.StateWord}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await UnitFence.LiftAsync(Changed, Told("unit"), cancellation).ConfigureAwait(false);
        if ((await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).IsFrozen)
        {
            await Changed.RunAsync(Kill(Told("unit")), cancellation).ConfigureAwait(false);
        }

        await Changed.RunAsync(AsRoot("systemctl", "reset-failed", Told("unit")) with { AcceptedExitCodes = [0, 1] }, cancellation).ConfigureAwait(false);
        await Changed.RunAsync(Start(Told("unit")), cancellation).ConfigureAwait(false);
        await this.UntilDoneAsync(s_pause, cancellation).ConfigureAwait(false);
    }

    private static ChangingCommand Kill(string unit) => AsRoot("systemctl", "kill", "--signal=KILL", "--kill-who=main", unit);

    private static ChangingCommand Start(string unit) => AsRoot("systemctl", "start", unit);
}
