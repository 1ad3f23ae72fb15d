using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Has the primary archive all that it has written, up to a commit of ours: PostgreSQL stops a recovery only at a commit or abort, so what was written last can be
/// recovered only where a later one is in the archive; and what lies behind the target stays there for another attempt.
/// </summary>
internal sealed class CloseWalStep : NodeStep
{
    public const string Kind = "close-wal";

    // What waits before it goes first: as long as the archive takes to catch up.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private StepLook _look = StepLook.NotDone("the segment that the primary writes is not archived");

    public CloseWalStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode primary, PostgresSettings postgres, string run)
    {
        var write = Psql.Arguments(postgres, postgres.Database, $"SELECT pg_logical_emit_message(true, 'zabbixdr', '{run}')", "SELECT clock_timestamp() AT TIME ZONE 'UTC'", "SELECT pg_walfile_name(pg_switch_wal())");
        var waiting = Psql.Arguments(postgres, postgres.Database, ArchivedWal.Query);
        return new DrPlanStep
        {
            Id = Kind,
            Kind = Kind,
            Node = primary.Name,
            What = "Commit a message, switch the WAL segment, and wait until it is archived",
            Why = "PostgreSQL stops only at a commit: without a later one in the archive, the newest moments could not be recovered. What comes after the target stays in the archive.",
            Commands = [Psql.Command(postgres.User, write).ToString(), Psql.Command(postgres.User, waiting).ToString()],
            Idempotent = true,
            Proof = "The segment that was closed has no .ready file any more: archive_command has taken it.",
            Undo = "It leaves nothing but a message in the WAL.",
            TimeLimit = s_limit,
            Arguments = new Dictionary<string, string> { ["user"] = postgres.User, ["write"] = string.Join('\n', write), ["waiting"] = string.Join('\n', waiting) },
        };
    }

    public override Task<StepLook> LookAsync(CancellationToken cancellation) => Task.FromResult(_look);

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var said = (await Changed.RunAsync(Psql.Command(Told("user"), Told("write").Split('\n')), cancellation).ConfigureAwait(false)).Lines;
        var (time, segment) = (said[^2], said[^1]);
        while (!ArchivedWal.IsIn(segment, (await Changed.RunAsync(Psql.Command(Told("user"), Told("waiting").Split('\n')), cancellation).ConfigureAwait(false)).Lines))
        {
            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }

        _look = StepLook.Done($"{segment} is archived, with a commit at {time}Z") with { Facts = new Dictionary<string, string> { [PointInTimeFacts.LastCommit] = time } };
    }
}
