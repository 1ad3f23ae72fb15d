using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Operations;

/// <summary>Copies a snapshot of this machine to the nodes that the topology names, and has each node prove what it got.</summary>
public static class CopyEtcdSnapshot
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The nodes that copies go to.</summary>
    public static IReadOnlyList<INode> Places(DeploymentSession deployment) => [.. deployment.Topology.Etcd!.SnapshotCopies.Select(deployment.Nodes.Get)];

    /// <summary>Copies to all of them at once. A node that fails costs only its own copy.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="permit">The yes to it.</param>
    /// <param name="cancellation">Ends it; a copy that is under way leaves nothing.</param>
    public static IAsyncEnumerable<NodeOutcome<EtcdSnapshotCopy>> RunAsync(
        DeploymentSession deployment, EtcdSnapshot snapshot, ChangePermit permit, CancellationToken cancellation) =>
        Places(deployment).ForEachAsync((node, stop) => CopyAsync(deployment, node, snapshot, permit, stop), NodeFanOut.DefaultThrottleLimit, cancellation);

    /// <summary>What is told of a copy that failed.</summary>
    public static EtcdSnapshotCopy Failed(DeploymentSession deployment, EtcdSnapshot snapshot, NodeOutcome<EtcdSnapshotCopy> outcome) =>
        new() { Node = outcome.Node.Name, Path = PathOf(deployment, snapshot), IsProven = false, Reason = outcome.Failure?.Message };

    private static async Task<EtcdSnapshotCopy> CopyAsync(DeploymentSession deployment, INode node, EtcdSnapshot snapshot, ChangePermit permit, CancellationToken cancellation)
    {
        var changing = await deployment.Nodes.ChangingAsync(node, permit, cancellation).ConfigureAwait(false);
        var path = PathOf(deployment, snapshot);
        var limit = SnapshotsOnNode.TimeFor(snapshot.Size);
        await changing.RunAsync(new ChangingCommand("mkdir", "-p", "-m", "0700", "--", deployment.Topology.Etcd!.SnapshotNodeDirectory) { User = "root" }, cancellation).ConfigureAwait(false);
        var content = SnapshotErrors.Open(snapshot.Path);
        await using (content.ConfigureAwait(false))
        {
            await NodeFiles.WriteAsync(changing, path, content, snapshot.Size, new FileAttributesOnNode("root", "root", OwnerOnly), limit, cancellation).ConfigureAwait(false);
        }

        var found = await NodeFiles.Sha256Async(node, path, limit, cancellation).ConfigureAwait(false);
        return found == snapshot.Sha256
            ? new EtcdSnapshotCopy { Node = node.Name, Path = path, IsProven = true }
            : throw SnapshotErrors.SnapshotCopyWrong(node.Name, path, snapshot.Sha256, found);
    }

    private static string PathOf(DeploymentSession deployment, EtcdSnapshot snapshot) =>
        $"{deployment.Topology.Etcd!.SnapshotNodeDirectory.TrimEnd('/')}/{Path.GetFileName(snapshot.Path)}";
}
