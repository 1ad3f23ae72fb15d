using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Commits something at the primary, whichever server that is by now: Patroni is free again and may have moved the lead. It leaves no row: a message in
/// the WAL, which with a synchronous standby must reach that too.
/// </summary>
internal sealed class ProveWriteStep : IStepWork
{
    public const string Kind = "prove-write";
    private readonly DrPlanStep _step;
    private readonly RunNodes _nodes;
    private readonly PostgresClient _postgres;
    private string? _committed;

    public ProveWriteStep(DrPlanStep step, RunNodes nodes, PostgresClient postgres)
    {
        _step = step;
        _nodes = nodes;
        _postgres = postgres;
    }

    /// <param name="servers">The servers, the one first that is to lead.</param>
    /// <param name="postgres">How they are reached.</param>
    /// <param name="run">The run.</param>
    public static DrPlanStep Plan(IEnumerable<INode> servers, PostgresSettings postgres, string run) => new()
    {
        Id = "write",
        Kind = Kind,
        What = "Commit through PostgreSQL, at the primary",
        Why = "A primary that takes a commit, synchronous standby included, is what all of this is for.",
        Commands = [Psql.Command(postgres.User, Arguments(postgres, run)).ToString()],
        Idempotent = true,
        Proof = "psql prints the position in the WAL at which it was committed.",
        Undo = "It leaves nothing but a message in the WAL.",
        TimeLimit = TimeSpan.FromMinutes(2),
        Arguments = new Dictionary<string, string>
        {
            ["servers"] = string.Join(',', servers.Select(server => server.Name)),
            ["user"] = postgres.User,
            ["arguments"] = string.Join('\n', Arguments(postgres, run)),
        },
    };

    public Task<StepLook> LookAsync(CancellationToken cancellation) =>
        Task.FromResult(_committed is null ? StepLook.NotDone("nothing was committed yet") : StepLook.Done(_committed));

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var command = Psql.Command(_step.Arguments["user"], _step.Arguments["arguments"].Split('\n')) with { TimeLimit = _step.TimeLimit };
        foreach (var server in _step.Arguments["servers"].Split(','))
        {
            if (await PatroniToReplace.AskAsync(_postgres, _nodes.Observe(server), cancellation).ConfigureAwait(false) is { IsInRecovery: false })
            {
                _committed = $"{server} committed at {(await _nodes.Change(server).RunAsync(command, cancellation).ConfigureAwait(false)).Output.Trim()}";
                return;
            }
        }

        throw NoServerWrites();
    }

    /// <summary>The arguments of psql for a commit that leaves no row.</summary>
    public static string[] Arguments(PostgresSettings postgres, string run) =>
        Psql.Arguments(postgres, postgres.Database, $"SELECT pg_logical_emit_message(true, 'zabbixdr', '{run}')");

    private DrException NoServerWrites() => DrException.Of(
        DrErrorKind.Unreachable,
        null,
        _step.What,
        $"none of {_step.Arguments["servers"].Replace(",", ", ", StringComparison.Ordinal)} takes writes",
        "Patroni may be about to move the lead: look at Get-PatroniCluster.");
}
