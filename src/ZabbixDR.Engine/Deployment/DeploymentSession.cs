using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Deployment;

/// <summary>A deployment at hand: its topology, its nodes and the clients of its systems, put together.</summary>
public sealed class DeploymentSession : IAsyncDisposable
{
    private DeploymentSession(DrTopology topology, IReadOnlyList<TopologyDiagnostic> warnings)
    {
        Topology = topology;
        Warnings = warnings;
        Nodes = new NodeSet(topology);
    }

    /// <summary>What should exist.</summary>
    public DrTopology Topology { get; }

    /// <summary>What is doubtful in the topology file.</summary>
    public IReadOnlyList<TopologyDiagnostic> Warnings { get; }

    /// <summary>The nodes.</summary>
    public NodeSet Nodes { get; }

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
    public ValueTask DisposeAsync() => Nodes.DisposeAsync();
}
