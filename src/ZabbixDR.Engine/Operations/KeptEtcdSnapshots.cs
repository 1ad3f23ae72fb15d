using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations;

/// <summary>The snapshots that are kept: in the folder of the management host, and as copies on the nodes that the topology names.</summary>
public static class KeptEtcdSnapshots
{
    /// <summary>Lists them, the newest first. A place that cannot be read hides no other.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="folder">The folder of this machine.</param>
    /// <param name="verify">True to read every file and prove its checksum.</param>
    /// <param name="progress">Is told how far the proving has come.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<(IReadOnlyList<EtcdSnapshotFile> Files, IReadOnlyList<DrException> Failures)> ListAsync(
        DeploymentSession deployment, string folder, bool verify, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var settings = deployment.Topology.Etcd!;
        var members = deployment.Topology.NodesWith(NodeRole.Etcd).Select(node => node.Name).ToList();
        var files = new List<EtcdSnapshotFile>();
        var failures = new List<DrException>();
        var onNodes = CopyEtcdSnapshot.Places(deployment)
            .ForEachAsync((node, stop) => SnapshotsOnNode.ListAsync(node, settings.SnapshotNodeDirectory, verify, members, stop), NodeFanOut.DefaultThrottleLimit, cancellation);
        await foreach (var outcome in onNodes.ConfigureAwait(false))
        {
            files.AddRange(outcome.Value ?? []);
            failures.AddRange(outcome.Failure is null ? [] : [outcome.Failure]);
        }

        var here = SnapshotsHere.List(folder, members);
        files.AddRange(verify ? await SnapshotsHere.VerifyAsync(here, failures.Add, progress, cancellation).ConfigureAwait(false) : here);
        return ([.. files.OrderByDescending(file => file.CreatedAt).ThenBy(file => file.Node, StringComparer.Ordinal)], failures);
    }
}
