using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations;

/// <summary>Removes a kept snapshot, where it lies.</summary>
public static class RemoveEtcdSnapshot
{
    /// <summary>Removes one file.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="file">The file, as <see cref="KeptEtcdSnapshots"/> lists it.</param>
    /// <param name="permit">The yes to it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>SnapshotNotRemoved</c>, and those of <see cref="INode"/>.</exception>
    public static async Task RunAsync(DeploymentSession deployment, EtcdSnapshotFile file, ChangePermit permit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(permit);
        if (file.Node is not null)
        {
            var changing = await deployment.Nodes.ChangingAsync(deployment.Nodes.Get(file.Node), permit, cancellation).ConfigureAwait(false);
            await changing.RunAsync(new ChangingCommand("rm", "--", file.Path) { User = "root" }, cancellation).ConfigureAwait(false);
            return;
        }

        try
        {
            File.Delete(file.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnapshotNotRemoved(file, error);
        }
    }

    private static DrException SnapshotNotRemoved(EtcdSnapshotFile file, Exception cause) => DrException.Of(
        DrErrorKind.Permission,
        null,
        $"Removing the etcd snapshot {file.Path}",
        cause.Message,
        "Run as a user that may write to its directory.",
        cause);
}
