using System.Globalization;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Refuses to go on where another server took writes up since the plan was made: a run may be broken off and resumed hours later, and a failover
/// in between would leave two primaries once the planned one is given the lead. Looked at while every Patroni is frozen: none moves the lead then.
/// </summary>
internal sealed class PrimaryKeptStep : IStepWork
{
    public const string Kind = "primary-kept";
    private readonly RunNodes _nodes;
    private readonly PostgresClient _postgres;
    private readonly string _first;
    private readonly string[] _servers;
    private readonly bool _wrote;

    public PrimaryKeptStep(DrPlanStep step, RunNodes nodes, PostgresClient postgres)
    {
        _nodes = nodes;
        _postgres = postgres;
        _first = step.Arguments["first"];
        _servers = step.Arguments["servers"].Split(',');
        _wrote = step.Arguments["wrote"] == bool.TrueString;
    }

    /// <param name="id">The step's id: it comes twice, once before anything is stopped, and once right before the lead is given.</param>
    /// <param name="first">The server that is to lead.</param>
    /// <param name="patronis">All servers.</param>
    public static DrPlanStep Plan(string id, PatroniToReplace first, IEnumerable<PatroniToReplace> patronis) =>
        Plan(id, first, patronis, "A failover since the plan was made would leave two primaries, once the lead is given by the plan. While all are frozen, no Patroni moves it.");

    /// <param name="id">The step's id.</param>
    /// <param name="first">The server that takes writes.</param>
    /// <param name="patronis">All servers.</param>
    /// <param name="why">Why here.</param>
    public static DrPlanStep Plan(string id, PatroniToReplace first, IEnumerable<PatroniToReplace> patronis, string why) => new()
    {
        Id = id,
        Kind = Kind,
        What = $"See that no server but {first.Node.Name} takes writes",
        Why = why,
        Commands = ["(PostgreSQL) SELECT pg_is_in_recovery() on each server"],
        Idempotent = true,
        Proof = first.IsWritable ? $"{first.Node.Name} takes writes, or is down, or no other has come further than it; all others take none." : $"None but {first.Node.Name} takes writes.",
        Undo = "Nothing is changed by it.",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string>
        {
            ["first"] = first.Node.Name,
            ["servers"] = string.Join(',', patronis.Select(patroni => patroni.Node.Name)),
            ["wrote"] = first.IsWritable.ToString(),
        },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(_servers.Select(async server => (
            Name: server,
            Status: await PatroniToReplace.AskAsync(_postgres, _nodes.Observe(server), cancellation).ConfigureAwait(false)))).ConfigureAwait(false);
        var first = Array.Find(found, server => server.Name == _first).Status;
        var others = Array.FindAll(found, server => server.Name != _first).Select(server => server.Status).ToList();
        var isDemoted = _wrote && first is { IsInRecovery: true };
        var isKept = others.TrueForAll(other => other is not { IsInRecovery: false })
            && (!isDemoted || others.TrueForAll(other => other is not null && IsNoFurther(other, first!)));
        return new StepLook(isKept, string.Join("; ", found.Select(server => $"{server.Name} {Describe(server.Status, isDemoted)}")));
    }

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (await LookAsync(cancellation).ConfigureAwait(false) is { IsDone: false } moved)
        {
            throw EtcdRestoreErrors.PrimaryMoved(_first, moved.Detail);
        }
    }

    // Patroni demotes a primary whose etcd is gone: where none takes writes, it is still the one as long as no other has come further than it.
    private static bool IsNoFurther(PostgresStatus other, PostgresStatus first) =>
        other.Timeline <= first.Timeline && (other.Lsn?.Position ?? 0) <= (first.Lsn?.Position ?? 0);

    // How far each has come is what decides where the primary was demoted.
    private static string Describe(PostgresStatus? server, bool withPosition) => server switch
    {
        null => "is down",
        { IsInRecovery: false } => "takes writes",
        _ when withPosition => string.Create(CultureInfo.InvariantCulture, $"takes none, timeline {server.Timeline}, at {server.Lsn ?? default}"),
        _ => "takes none",
    };
}
