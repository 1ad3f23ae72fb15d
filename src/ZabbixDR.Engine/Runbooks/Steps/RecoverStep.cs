using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Starts PostgreSQL on the restored data without Patroni, and waits until it has recovered to the target, by the word of its own log. Patroni would strip the target and replay
/// to the end of the archive (build_recovery_params in patroni/postgresql/config.py; patroni#1870).
/// </summary>
internal sealed class RecoverStep : OwnServerStep
{
    public const string Kind = "recover";

    // WAL is replayed at some 10 to 100 MB a second, in one process, from a slow archive at less: room for a terabyte. Each segment is told meanwhile. How much there is to replay
    // is not known, and grows while a plan waits for its approval.
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(24);
    private readonly PgRecoveryGoal _goal;

    public RecoverStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes, deployment) => _goal = PointInTimeRequest.From(step.Arguments).Goal;

    /// <param name="server">The server.</param>
    /// <param name="standalone">How it is started.</param>
    /// <param name="request">The target.</param>
    public static DrPlanStep Plan(ServerToRecover server, StandaloneServer standalone, PointInTimeRequest request) => new()
    {
        Id = $"recover-{server.Node.Name}",
        Kind = Kind,
        Node = server.Node.Name,
        What = $"Start PostgreSQL without Patroni, and let it recover to {request.Goal}",
        Why = "Under Patroni it would be started as a standby and replay to the end of the archive, what is to be undone included. It listens on no network.",
        Commands = [standalone.Shown()],
        Idempotent = true,
        Proof = "PostgreSQL's own log says where it stopped, as the target's kind demands, that the recovery is complete, and that it takes connections.",
        Undo = $"{standalone.StopCommand()}; the data from before is {server.AsidePath}.",
        TimeLimit = s_limit,
        Arguments = About(server, standalone).Concat(request.ToInputs()).ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var (reading, log) = await Server.LookAsync(Seen, cancellation).ConfigureAwait(false);
        return (log, reading) switch
        {
            ({ IsComplete: true, IsReady: true }, _) => log.HasReached(_goal) ? StepLook.Done(Describe(log)) with { Facts = Facts(log) } : throw RecoveryMissed(log),
            (_, { State: UnitState.Running }) => StepLook.NotDone($"it recovers{(log.LastSegment is { } segment ? $", {segment} was the last segment" : "")}"),
            (_, { State: UnitState.Absent }) => StepLook.NotDone("it has not been started"),
            _ => StepLook.NotDone($"it has ended ({reading.State}){(log.Fatal is { } fatal ? $": {fatal}" : "")}"),
        };
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await Server.StartAsync(Changed, cancellation).ConfigureAwait(false);
        var told = "";
        var (reading, log) = await Server.UntilReadyAsync(Seen, Tell, cancellation).ConfigureAwait(false);
        if (!log.IsReady)
        {
            throw RecoveryFailed(reading, log, await NodeUnits.OutputAsync(Seen, Server.Unit, cancellation).ConfigureAwait(false));
        }

        if (!(await Server.WithEarlierAsync(Seen, log, cancellation).ConfigureAwait(false)).IsComplete)
        {
            throw RecoveryUnproven();
        }

        void Tell(RecoveryLog now)
        {
            if (now.LastSegment is { } segment && segment != told)
            {
                told = segment;
                messages?.Report(new OperationMessage(IsWarning: false, $"Replaying {segment}."));
            }
        }
    }

    private static string Describe(RecoveryLog log) =>
        $"{(log.Stop is null ? "the end of the archive" : $"stopped {log.Stop}")}; {(log.LastTransactionAt is { } last ? $"the last transaction is of {last.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}Z" : "no transaction was replayed")}; timeline {log.Timeline?.ToString(CultureInfo.InvariantCulture) ?? "as before"}";

    private static Dictionary<string, string> Facts(RecoveryLog log)
    {
        var facts = new Dictionary<string, string> { [PointInTimeFacts.Stop] = log.Stop ?? "" };
        if (log.LastTransactionAt is { } time)
        {
            facts[PointInTimeFacts.ReachedTime] = time.ToString("O", CultureInfo.InvariantCulture);
        }

        if (log.RedoneTo is { } lsn)
        {
            facts[PointInTimeFacts.ReachedLsn] = lsn.ToString();
        }

        if (log.Timeline is { } timeline)
        {
            facts[PointInTimeFacts.Timeline] = timeline.ToString(CultureInfo.InvariantCulture);
        }

        return facts;
    }

    private DrException RecoveryFailed(UnitReading reading, RecoveryLog log, string output) => DrException.Of(
        DrErrorKind.InvalidData,
        Step.Node,
        Step.What,
        $"PostgreSQL ended ({reading.State}{(reading.ExitCode is { } code ? $", exit code {code}" : "")}): {log.Fatal ?? Tail(output)}",
        "The data from before is kept: Undo-DrRun puts it back. A target that was not reached lies behind the last commit in the archive.");

    private DrException RecoveryMissed(RecoveryLog log) => DrException.Of(
        DrErrorKind.InvalidData,
        Step.Node,
        Step.What,
        $"PostgreSQL recovered, but not to there: {(log.Stop is null ? "it names no target at which it stopped" : $"it stopped {log.Stop}")}",
        "Nobody may use this data: Undo-DrRun puts back what was there before.");

    private DrException RecoveryUnproven() => DrException.Of(
        DrErrorKind.InvalidData,
        Step.Node,
        Step.What,
        "PostgreSQL takes connections, and its log does not tell of a recovery: that had ended before, and the log that told where it stopped is gone with its node's power",
        "Nobody may use this data without that proof: Undo-DrRun puts back what was there before; then recover anew.");

    private static string Tail(string output)
    {
        const int Enough = 5;
        return string.Join(" | ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(Enough));
    }
}
