using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>A node with role etcd, as a repair finds it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Answers">Whether it lets us in.</param>
/// <param name="Unit">etcd's unit; null where the node has none, or does not answer.</param>
/// <param name="Member">How etcd is started there; null where that cannot be read.</param>
/// <param name="Obstacle">Why it cannot be brought back; null where it can.</param>
internal sealed record EtcdNodeFound(INode Node, bool Answers, string? Unit, MemberToRejoin? Member, string? Obstacle)
{
    private const string NoUnit = "LoadState=not-found";

    /// <summary>Its name.</summary>
    public string Name => Node.Name;

    /// <summary>Looks at a node. That it cannot be reached is an answer; that it refuses us is not.</summary>
    /// <exception cref="DrException">Why the node refuses us, and those of its commands.</exception>
    public static async Task<EtcdNodeFound> LookAsync(DeploymentSession deployment, INode node, string run, CancellationToken cancellation)
    {
        string unit;
        try
        {
            unit = new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false)).EtcdUnit;
        }
        catch (DrException failure) when (failure.Kind is DrErrorKind.Unreachable or DrErrorKind.Timeout)
        {
            return new EtcdNodeFound(node, Answers: false, null, null, "it does not answer");
        }

        var shown = await node.RunAsync(new ObservingCommand("systemctl", "show", "--property=LoadState", unit), cancellation).ConfigureAwait(false);
        if (shown.Lines.Contains(NoUnit))
        {
            return new EtcdNodeFound(node, Answers: true, null, null, $"it has no unit {unit}");
        }

        var (config, unread) = await DrException.TryAsync(() => ReadAsync(node, unit, cancellation)).ConfigureAwait(false);
        return config is not null ? new EtcdNodeFound(node, Answers: true, unit, new MemberToRejoin(node, unit, config, run), null)
            : unread!.Kind == DrErrorKind.Precondition ? new EtcdNodeFound(node, Answers: true, unit, null, unread.Message)
            : throw unread;
    }

    private static async Task<EtcdMemberConfig> ReadAsync(INode node, string unit, CancellationToken cancellation)
    {
        var config = await EtcdMemberConfig.ReadAsync(node, unit, cancellation).ConfigureAwait(false);
        config.RequireVariables(node, unit);
        return config;
    }
}
