using ZabbixDR.Engine.Configuration;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Secrets;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Deployment;

/// <summary>A deployment at hand: its topology, its nodes and the clients of its systems, put together.</summary>
public sealed class DeploymentSession : IAsyncDisposable
{
    private const LazyThreadSafetyMode OneForAllThreads = LazyThreadSafetyMode.ExecutionAndPublication;
    private readonly SessionAccess _access;
    private readonly Lazy<EtcdCluster> _etcd;
    private readonly Lazy<PatroniClient> _patroni;
    private readonly Lazy<PgBackRestClient> _pgBackRest;
    private readonly Lazy<PostgresClient> _postgres;

    private DeploymentSession(DrTopology topology, IReadOnlyList<TopologyDiagnostic> warnings, SessionAccess access)
    {
        _access = access;
        Topology = topology;
        Warnings = warnings;
        Nodes = new NodeSet(topology, access);
        Configuration = new ConfigurationArchives(topology, Nodes);
        _etcd = new(() => new EtcdCluster(topology, topology.Etcd ?? throw SectionMissing("etcd"), access.Secrets), OneForAllThreads);
        _patroni = new(() => new PatroniClient(topology.Patroni ?? throw SectionMissing("patroni"), Nodes.With(NodeRole.Postgres), access.Secrets), OneForAllThreads);
        _pgBackRest = new(MakePgBackRest, OneForAllThreads);
        _postgres = new(() => new PostgresClient(topology.Postgres ?? throw SectionMissing("postgres")), OneForAllThreads);
    }

    private DeploymentSession(DrTopology topology, DeploymentReach reach)
    {
        _access = new SessionAccess();
        Topology = topology;
        Warnings = [];
        Nodes = new NodeSet(topology, reach.Node);
        Configuration = new ConfigurationArchives(topology, Nodes);
        Journals = reach.Journals;
        Beats = reach.Beats;
        _etcd = new(() => new EtcdCluster(topology, topology.Etcd!, _access.Secrets, reach.Etcd), OneForAllThreads);
        _patroni = new(() => new PatroniClient(topology.Patroni!, Nodes.With(NodeRole.Postgres), reach.Patroni), OneForAllThreads);
        _pgBackRest = new(MakePgBackRest, OneForAllThreads);
        _postgres = new(() => reach.Postgres, OneForAllThreads);
    }

    /// <summary>What should exist.</summary>
    public DrTopology Topology { get; }

    /// <summary>What is doubtful in the topology file.</summary>
    public IReadOnlyList<TopologyDiagnostic> Warnings { get; }

    /// <summary>What its workers want the user told.</summary>
    public SessionNotices Notices => _access.Notices;

    /// <summary>Finds the secrets that the topology refers to.</summary>
    internal SecretReader Secrets => _access.Secrets;

    /// <summary>The nodes.</summary>
    public NodeSet Nodes { get; }

    /// <summary>The journals of runs that this machine keeps.</summary>
    internal ILineFiles Journals { get; } = new StateFiles("runs", ".jsonl");

    /// <summary>Does something again and again beside other work, until what it returns is disposed.</summary>
    internal Func<TimeSpan, Func<CancellationToken, Task>, IAsyncDisposable> Beats { get; } = Heartbeat.Start;

    /// <summary>The archives of the nodes' configuration files.</summary>
    public ConfigurationArchives Configuration { get; }

    /// <summary>etcd's members.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>EtcdViaSshUnavailable</c>.</exception>
    public EtcdCluster Etcd => _etcd.Value;

    /// <summary>Patroni's members.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>.</exception>
    public PatroniClient Patroni => _patroni.Value;

    /// <summary>pgBackRest.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>.</exception>
    public PgBackRestClient PgBackRest => _pgBackRest.Value;

    /// <summary>The PostgreSQL servers.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>.</exception>
    public PostgresClient Postgres => _postgres.Value;

    /// <summary>Reads the topology file. Nothing is connected yet.</summary>
    /// <param name="topologyFile">Its absolute path.</param>
    /// <param name="access">What the session adds to the topology's access.</param>
    /// <exception cref="DrException"><c>TopologyUnreadable</c>, <c>TopologyInvalid</c>.</exception>
    public static DeploymentSession Open(string topologyFile, SessionAccess access)
    {
        var read = TopologyReader.Read(topologyFile);
        return new DeploymentSession(read.Require(), [.. read.Diagnostics.Where(finding => finding.Severity == DiagnosticSeverity.Warning)], access);
    }

    /// <summary>A session that reaches what the topology names in another way than over the network.</summary>
    internal static DeploymentSession Of(DrTopology topology, DeploymentReach reach) => new(topology, reach);

    /// <summary>The session as a person sees it.</summary>
    public DrDeployment Describe() => new()
    {
        Name = Topology.Name,
        Path = Topology.Path,
        Sites = [.. Topology.Sites.Select(site => site.Name)],
        Nodes = Topology.Nodes.Count,
        Warnings = Warnings,
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_patroni.IsValueCreated)
        {
            _patroni.Value.Dispose();
        }

        return Nodes.DisposeAsync();
    }

    // It goes over the nodes, however they are reached.
    private PgBackRestClient MakePgBackRest() => new(Topology.PgBackRest ?? throw SectionMissing("pgbackrest"), Topology.Postgres?.User ?? "postgres");

    private DrException SectionMissing(string section) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading what the topology says of {section}",
        $"{Topology.Path} has no section {section}",
        "Add the section to the file and connect again.");
}
