using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>The file systems that a node's work fills have room.</summary>
internal sealed class NodeFreeRoom(DrTopology topology, int leastPercent) : INodeCheck
{
    private const string Remedy = "Make room there, or give it more: PostgreSQL stops, and etcd and backups fail, on a full file system.";

    public string Id => "node.room";

    public string Title => "The node's file systems have room";

    public async Task<ReadinessFinding> RunAsync(INode node, CancellationToken cancellation)
    {
        var layout = await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false);
        var mounted = await NodeRoom.ReadAsync(node, cancellation).ConfigureAwait(false);
        var rooms = Paths(node.Definition, new NodePaths(topology, layout)).Select(path => NodeRoom.Of(path, mounted)).OfType<NodeRoom>().Distinct().ToList();
        var expected = $"at least {leastPercent} % free";
        var actual = string.Join(", ", rooms.Select(Describe));
        if (rooms.Where(room => room.FreePercent < leastPercent).ToList() is { Count: > 0 } full)
        {
            return ReadinessFinding.Fail(node.Name, expected, actual, string.Join(", ", full.Select(Describe)), Remedy);
        }

        return rooms.Find(room => room.FreePercent is null) is { } unknown
            ? ReadinessFinding.Unknown(node.Name, $"the login user may not look at {unknown.MountPoint}", "Look there as root: df -h.") with { Expected = expected, Actual = actual }
            : ReadinessFinding.Pass(node.Name, expected, actual);
    }

    private IEnumerable<string> Paths(DrTopologyNode node, NodePaths paths)
    {
        yield return "/";
        if (node.Roles.Contains(NodeRole.Postgres) && paths.PostgresDataDirectory is { } data)
        {
            yield return data;
        }

        foreach (var repository in RepositoryHost.ReachedBy(topology, node).Where(one => one.Type != RepositoryType.S3))
        {
            yield return repository.Path;
        }

        if (node.Roles.Contains(NodeRole.Etcd))
        {
            yield return paths.EtcdDataDirectory;
        }
    }

    private static string Describe(NodeRoom room) =>
        room.Free is { } free ? $"{room.MountPoint} {room.FreePercent} % ({ByteSize.ToText(free)})" : $"{room.MountPoint} not known";
}
