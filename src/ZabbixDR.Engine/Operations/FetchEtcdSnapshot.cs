using System.Security.Cryptography;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Operations;

/// <summary>Brings a copy of a snapshot from a node to this machine, where what it is restored from must lie.</summary>
public static class FetchEtcdSnapshot
{
    /// <summary>Fetches it into the topology's folder, unless the very same file is there.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="path">The copy there.</param>
    /// <param name="progress">Is told of what is fetched.</param>
    /// <param name="cancellation">Ends it; nothing is left then.</param>
    /// <returns>The file here.</returns>
    /// <exception cref="DrException">
    /// <c>SnapshotCopyMissing</c>, <c>SnapshotCopyWrong</c>, and those of <see cref="EtcdCluster.SnapshotDirectory"/> and of <see cref="INode"/>.
    /// </exception>
    public static async Task<string> RunAsync(DeploymentSession deployment, string node, string path, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(progress);
        var folder = deployment.Etcd.SnapshotDirectory(null);
        var from = deployment.Nodes.Get(node);
        var size = (await NodeFiles.StatAsync(from, path, cancellation).ConfigureAwait(false) ?? throw SnapshotErrors.SnapshotCopyMissing(node, path)).Size;
        var limit = SnapshotsOnNode.TimeFor(size);
        progress.Report(new OperationProgress($"Reading {ByteSize.ToText(size)} on {node}"));
        var expected = await NodeFiles.Sha256Async(from, path, limit, cancellation).ConfigureAwait(false);
        var name = Path.GetFileNameWithoutExtension(path);
        var here = Path.Combine(folder, name + SnapshotName.Extension);
        if (File.Exists(here) && await Sha256OfAsync(here, cancellation).ConfigureAwait(false) == expected)
        {
            return here;
        }

        progress.Report(new OperationProgress($"Fetching {ByteSize.ToText(size)} from {node}"));
        using var file = Create(folder, name);
        var stream = new FileStream(file.Handle, FileAccess.ReadWrite, 0);
        await using (stream.ConfigureAwait(false))
        {
            await NodeFiles.CopyToAsync(from, path, stream, limit, cancellation).ConfigureAwait(false);
            stream.Position = 0;
            var found = await Sha256Async(stream, cancellation).ConfigureAwait(false);
            if (found != expected)
            {
                throw SnapshotErrors.SnapshotCopyWrong(node, path, expected, found);
            }

            file.Commit();
        }

        return file.Path;
    }

    private static DurableFile Create(string folder, string name)
    {
        try
        {
            return DurableFile.Create(folder, name, SnapshotName.Extension);
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From("Fetching a snapshot", folder, error);
        }
    }

    private static async Task<string> Sha256OfAsync(string file, CancellationToken cancellation)
    {
        var stream = SnapshotErrors.Open(file);
        await using (stream.ConfigureAwait(false))
        {
            return await Sha256Async(stream, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<string> Sha256Async(Stream content, CancellationToken cancellation) =>
        Convert.ToHexString(await SHA256.HashDataAsync(content, cancellation).ConfigureAwait(false)).ToLowerInvariant();
}
