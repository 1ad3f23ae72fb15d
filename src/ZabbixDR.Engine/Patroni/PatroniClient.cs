using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>
/// Patroni of a deployment, through its REST interface. Every member throws <see cref="DrException"/>: <c>PatroniUnreachable</c>,
/// <c>PatroniTimedOut</c>, <c>PatroniRefused</c>, <c>PatroniUnreadable</c>, and those of <see cref="INode"/>.
/// </summary>
public sealed class PatroniClient : IDisposable
{
    private readonly Dictionary<string, PatroniRest> _members;

    /// <summary>Prepares the interfaces of the nodes with role postgres; nothing is connected yet.</summary>
    public PatroniClient(PatroniSettings settings, IReadOnlyList<INode> nodes)
    {
        Settings = settings;
        Nodes = nodes;
        _members = nodes.ToDictionary(node => node.Name, node => new PatroniRest(node, settings), StringComparer.Ordinal);
    }

    /// <summary>What the topology says of Patroni.</summary>
    public PatroniSettings Settings { get; }

    /// <summary>The nodes that should run it, in the topology's order.</summary>
    public IReadOnlyList<INode> Nodes { get; }

    /// <summary>Asks the Patroni of one node what it is.</summary>
    public async Task<PatroniStatus> GetStatusAsync(INode node, CancellationToken cancellation) =>
        PatroniReading.Status(await _members[node.Name].GetAsync("patroni", PatroniJson.Default.PatroniStatusDocument, cancellation).ConfigureAwait(false));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var member in _members.Values)
        {
            member.Dispose();
        }
    }
}
