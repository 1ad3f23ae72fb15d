using ZabbixDR.Engine.Configuration;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Deployment;

/// <summary>A deployment at hand: its topology, its nodes and the clients of its systems, put together.</summary>
public sealed class DeploymentSession : IAsyncDisposable
{
    private EtcdCluster? _etcd;
    private PatroniClient? _patroni;
    private PgBackRestClient? _pgBackRest;
    private PostgresClient? _postgres;

    private DeploymentSession(DrTopology topology, IReadOnlyList<TopologyDiagnostic> warnings)
    {
        Topology = topology;
        Warnings = warnings;
        Nodes = new NodeSet(topology);
        Configuration = new ConfigurationArchives(topology, Nodes);
    }

    /// <summary>What should exist.</summary>
    public DrTopology Topology { get; }

    /// <summary>What is doubtful in the topology file.</summary>
    public IReadOnlyList<TopologyDiagnostic> Warnings { get; }

    /// <summary>The nodes.</summary>
    public NodeSet Nodes { get; }

    /// <summary>The archives of the nodes' configuration files.</summary>
    public ConfigurationArchives Configuration { get; }

    /// <summary>etcd's members.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>EtcdViaSshUnavailable</c>.</exception>
    public EtcdCluster Etcd => _etcd ??= new EtcdCluster(Topology, Topology.Etcd ?? throw SectionMissing("etcd"));

    /// <summary>Patroni's members.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>.</exception>
    public PatroniClient Patroni => _patroni ??= new PatroniClient(Topology.Patroni ?? throw SectionMissing("patroni"), Nodes.With(NodeRole.Postgres));

    /// <summary>pgBackRest.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>.</exception>
    public PgBackRestClient PgBackRest =>
        _pgBackRest ??= new PgBackRestClient(Topology.PgBackRest ?? throw SectionMissing("pgbackrest"), Topology.Postgres?.User ?? "postgres");

    /// <summary>The PostgreSQL servers.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>.</exception>
    public PostgresClient Postgres => _postgres ??= new PostgresClient(Topology.Postgres ?? throw SectionMissing("postgres"));

    /// <summary>Reads the topology file. Nothing is connected yet.</summary>
    /// <exception cref="DrException"><c>TopologyUnreadable</c>, <c>TopologyInvalid</c>.</exception>
    public static DeploymentSession Open(string topologyFile)
    {
        var read = TopologyReader.Read(topologyFile);
        return new DeploymentSession(read.Require(), [.. read.Diagnostics.Where(finding => finding.Severity == DiagnosticSeverity.Warning)]);
    }

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
        _patroni?.Dispose();
        return Nodes.DisposeAsync();
    }

    private DrException SectionMissing(string section) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading what the topology says of {section}",
        $"{Topology.Path} has no section {section}",
        "Add the section to the file and connect again.");
}
