using ZabbixDR.Engine.Nodes.Local;
using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Nodes;

/// <summary>The nodes of a deployment, each with its one connection, which is made when it is first needed.</summary>
public sealed class NodeSet : IAsyncDisposable
{
    private readonly Dictionary<string, IChangingNode> _nodes;

    /// <summary>Prepares the nodes; nothing is connected yet.</summary>
    /// <param name="topology">What exists.</param>
    /// <param name="session">What the session adds to the topology's access.</param>
    public NodeSet(DrTopology topology, SessionAccess session)
        : this(topology, Maker(topology, session))
    {
    }

    /// <summary>Takes nodes that the caller makes.</summary>
    internal NodeSet(DrTopology topology, Func<DrTopologyNode, IChangingNode> make) =>
        _nodes = topology.Nodes.ToDictionary(node => node.Name, make, StringComparer.Ordinal);

    /// <summary>All nodes, in the topology's order.</summary>
    public IReadOnlyList<INode> All => [.. _nodes.Values];

    /// <summary>The nodes with a role, in the topology's order.</summary>
    public IReadOnlyList<INode> With(NodeRole role) => [.. _nodes.Values.Where(node => node.Definition.Roles.Contains(role))];

    /// <summary>One node by its name, whatever its case.</summary>
    /// <exception cref="DrException"><c>NodeNotInTopology</c>.</exception>
    public INode Get(string name) =>
        _nodes.Values.FirstOrDefault(node => string.Equals(node.Definition.Name, name, StringComparison.OrdinalIgnoreCase)) ?? throw NodeNotInTopology(name);

    /// <summary>The right to change a node, against the permit, once it is proven to be the one that the topology means.</summary>
    /// <param name="node">The node.</param>
    /// <param name="permit">The yes to the change.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of <see cref="NodeIdentity.ProveAsync"/>.</exception>
    public async Task<IChangingNode> ChangingAsync(INode node, ChangePermit permit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(permit);
        await NodeIdentity.ProveAsync(node, cancellation).ConfigureAwait(false);
        return _nodes[node.Name];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values.OfType<IAsyncDisposable>())
        {
            await node.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Func<DrTopologyNode, IChangingNode> Maker(DrTopology topology, SessionAccess session)
    {
        var access = topology.Access;
        var password = new BecomePassword(access.BecomePassword, session.Secrets);
        return node => new Node(node, access, node.IsLocal ? new LocalTransport(node.Name) : new SshTransport(() => SshRoute.To(node, access, session)), password);
    }

    private DrException NodeNotInTopology(string name) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Looking for the node {name}",
        "the topology has no such node",
        $"It has: {string.Join(", ", _nodes.Keys)}.");
}
