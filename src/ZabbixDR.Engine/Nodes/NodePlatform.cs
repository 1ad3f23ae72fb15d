using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Nodes;

/// <summary>Asks a node what it is.</summary>
public static class NodePlatform
{
    private const string File = "/etc/os-release";

    /// <summary>Reads where the node's system keeps things.</summary>
    /// <exception cref="DrException"><c>PlatformUnknown</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<PlatformLayout> ReadAsync(INode node, CancellationToken cancellation)
    {
        var system = OsRelease.Parse((await node.RunAsync(new ObservingCommand("cat", File), cancellation).ConfigureAwait(false)).Lines);
        return PlatformLayout.Of(system) ?? throw PlatformUnknown(node, system);
    }

    private static DrException PlatformUnknown(INode node, OsRelease system) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading {File}",
        $"it is {system.PrettyName}, of neither Debian's family nor RHEL's",
        "Where its packages keep files is not known: set the paths and units in the topology file, and tell us of the system.");
}
