using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Has the recovered server archive the beginning of its new timeline, before anybody else follows it.</summary>
internal sealed class SealTimelineStep : OwnServerStep
{
    public const string Kind = "seal-timeline";

    // The history and one segment; an archive that does not answer is tried for as long as it takes pgBackRest to give up, some times over.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_commandLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    private static readonly string[] s_statements = ["CHECKPOINT", "SELECT pg_walfile_name(pg_switch_wal())"];
    private readonly string _database;
    private StepLook _look = StepLook.NotDone("nothing of the new timeline is known to be archived");

    public SealTimelineStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes, deployment) => _database = deployment.Topology.Postgres!.Database;

    public static DrPlanStep Plan(ServerToRecover server, StandaloneServer standalone, PostgresSettings postgres) => new()
    {
        Id = $"seal-{server.Node.Name}",
        Kind = Kind,
        Node = server.Node.Name,
        What = "Start the server again with archiving, write a checkpoint, switch the WAL segment, and wait until the archive has the new timeline's first",
        Why = "A server that follows the new timeline, or recovers along it, needs its history and its first segment. From here on there is no way back: a server with the data from before finds that history, which is not its own, and does not start under Patroni.",
        Commands = [standalone.StopCommand().ToString(), standalone.Shown(), Psql.Command(postgres.User, Psql.Arguments(standalone.Reached, postgres.Database, s_statements)).ToString()],
        Idempotent = true,
        Proof = "Neither the segment nor a timeline's history has a .ready file any more.",
        Undo = "There is none by Undo-DrRun: the data from before would have to be made a timeline beyond the new one.",
        TimeLimit = s_limit,
        Arguments = About(server, standalone),
    };

    public override Task<StepLook> LookAsync(CancellationToken cancellation) => Task.FromResult(_look);

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // It runs with other settings, or, gone on with, with these already.
        await Server.StopAsync(Changed, cancellation).ConfigureAwait(false);
        await EnsureAsync(cancellation).ConfigureAwait(false);
        var segment = await Server.AskAsync(Changed, _database, s_commandLimit, cancellation, s_statements).ConfigureAwait(false);
        while (!ArchivedWal.IsIn(segment, (await Server.AskAsync(Changed, _database, s_commandLimit, cancellation, ArchivedWal.Query).ConfigureAwait(false)).Split('\n')))
        {
            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }

        _look = StepLook.Done($"{segment} is archived");
    }
}
