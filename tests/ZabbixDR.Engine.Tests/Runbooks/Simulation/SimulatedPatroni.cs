using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>Patroni and PostgreSQL of two nodes, the first of which is the primary.</summary>
/// <remarks>
/// Observed on the lab: a frozen Patroni answers nothing and moves nothing while PostgreSQL goes on; a killed main process leaves PostgreSQL
/// running, and a new one takes it over (EtcdRestoreTests, It_goes_back_and_keeps_what_was_and_PostgreSQL_never_stops); a primary that finds another's name
/// in the leader key, or no etcd and no failsafe mode, demotes itself (UndoTests, Where_there_was_no_data_before_Patroni_is_let_go_on_and_etcd_is_not_started_empty).
/// </remarks>
internal sealed class SimulatedPatroni(IReadOnlyList<SimulatedNode> nodes, SimulatedEtcd etcd, SimulatedPostgres postgres, Lifetime life, Random random, Action<string> violate)
{
    public const string Unit = "patroni.service";
    public const string Leader = "/service/zabbix-cluster/leader";

    /// <summary>The key of what a person has set, and that.</summary>
    public const string ConfigurationKey = "/service/zabbix-cluster/config";
    public const string Configuration = """{"ttl":20}""";

    /// <summary>How often what happens once the time to live is over is drawn: once in so many.</summary>
    public const int Expiry = 6;
    private readonly string _first = nodes[0].Name;
    private readonly HashSet<string> _primaries = [nodes[0].Name];

    private readonly HashSet<string> _down = [];

    /// <summary>Whether PostgreSQL is taken for what it was at first.</summary>
    public bool IsNotLookedAt { get; init; }

    /// <summary>Whether a primary may be demoted: where etcd was away before, it is.</summary>
    public bool MayDemote { get; set; }

    /// <summary>The nodes whose PostgreSQL takes writes.</summary>
    public IReadOnlyCollection<string> Primaries => _primaries;

    /// <summary>PostgreSQL ends with its node.</summary>
    public void GoDown(SimulatedNode node)
    {
        _primaries.Remove(node.Name);
        _down.Add(node.Name);
    }

    /// <summary>What may have happened by now has happened.</summary>
    public void GoOn()
    {
        var state = etcd.Serving;
        if (state is not null && state.Keys.TryGetValue(Leader, out var holder) && !nodes.Any(node => node.Name == holder && Works(node)) && random.Next(Expiry) == 0)
        {
            state.Keys.Remove(Leader);
        }

        foreach (var node in nodes.Where(Works))
        {
            if (_down.Remove(node.Name))
            {
                postgres.StartUnderPatroni(node);
            }

            if (state is null)
            {
                Demote(node, now: random.Next(Expiry) == 0);
            }
            else if (!state.Keys.TryGetValue(Leader, out holder))
            {
                Race(node, state);
            }
            else if (holder == node.Name)
            {
                Promote(node);
            }
            else
            {
                Demote(node, now: true);
                Follow(node, holder);
            }
        }
    }

    /// <summary>Whether PostgreSQL runs under Patroni on a data directory.</summary>
    public bool Serves(SimulatedNode node, string data) => data == SimulatedPostgres.Directory && !_down.Contains(node.Name);

    /// <summary>The answer to GET /patroni; null where nothing answers.</summary>
    public string? Answer(SimulatedNode node)
    {
        life.Point();
        GoOn();
        return !Works(node) ? null
            : _primaries.Contains(node.Name) ? """{"state":"running","role":"primary","timeline":1,"patroni":{"version":"4.0.7","scope":"zabbix-cluster"}}"""
            : """{"state":"streaming","role":"replica","timeline":1,"patroni":{"version":"4.0.7","scope":"zabbix-cluster"}}""";
    }

    /// <summary>What psql prints for a commit; null where it takes none.</summary>
    public string? Commit(SimulatedNode node) => _primaries.Contains(node.Name) ? "0/3000060" : null;

    /// <summary>PostgreSQL's own word.</summary>
    public PostgresClient Postgres => new Server(this);

    private void Point() => life.Point();

    private int TimelineOf(string name) => SimulatedPostgres.In(nodes.Single(node => node.Name == name))?.Timeline ?? 0;

    private static bool Works(SimulatedNode node) => node.Units[Unit] is { IsActive: true, IsFrozen: false };

    private void Race(SimulatedNode node, EtcdState state)
    {
        // A standby asks the others first, and leaves the key to a primary that answers.
        if (_primaries.Contains(node.Name) || !nodes.Any(other => Works(other) && _primaries.Contains(other.Name)))
        {
            state.Keys[Leader] = node.Name;
            Promote(node);
        }
    }

    private void Promote(SimulatedNode node)
    {
        if (!_primaries.Add(node.Name))
        {
            return;
        }

        postgres.Promote(node);
        if (_primaries.Count > 1)
        {
            violate($"{string.Join(" and ", _primaries)} take writes");
        }
    }

    private void Demote(SimulatedNode node, bool now)
    {
        if (now && _primaries.Remove(node.Name) && !MayDemote)
        {
            violate($"PostgreSQL was demoted on {node.Name}");
        }
    }

    // What is a primary is followed: a standby that has gone another way is rewound by Patroni.
    private void Follow(SimulatedNode node, string holder)
    {
        if (_primaries.Contains(holder))
        {
            SimulatedPostgres.Rewind(node, nodes.Single(other => other.Name == holder));
        }
    }

    private sealed class Server(SimulatedPatroni patroni) : PostgresClient(new PostgresSettings { Version = 17 })
    {
        public override Task<PostgresStatus> GetStatusAsync(INode node, CancellationToken cancellation)
        {
            patroni.Point();
            return patroni._down.Contains(node.Name)
                ? Task.FromException<PostgresStatus>(PostgresErrors.PostgresNotRunning(node, "/var/run/postgresql", new IOException()))
                : Task.FromResult(new PostgresStatus(patroni.IsNotLookedAt ? node.Name != patroni._first : !patroni._primaries.Contains(node.Name), patroni.TimelineOf(node.Name), new PgLsn(0x3000000), "7"));
        }

        public override Task<PgWalReceiver?> GetReceiverAsync(INode node, CancellationToken cancellation)
        {
            patroni.Point();
            return Task.FromResult(patroni._down.Contains(node.Name) || patroni._primaries.Contains(node.Name) ? null : new PgWalReceiver { Status = "streaming", Timeline = patroni.TimelineOf(node.Name) });
        }
    }
}
