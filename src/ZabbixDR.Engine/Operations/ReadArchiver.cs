using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>The primary's archiver, with what pgBackRest on the node would drop.</summary>
public static class ReadArchiver
{
    /// <summary>Reads it.</summary>
    /// <exception cref="DrException">Those of <see cref="FindPrimary"/>, of PostgreSQL and of <see cref="INode"/>.</exception>
    public static async Task<PgArchiver> RunAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var primary = await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false);
        var archiver = await deployment.Postgres.GetArchiverAsync(primary.Node, cancellation).ConfigureAwait(false);
        return archiver with { PushQueueMax = await PushQueueMaxAsync(deployment.Topology, primary.Node, cancellation).ConfigureAwait(false) };
    }

    /// <summary>
    /// pgBackRest's archive-push-queue-max on a node, in bytes; null where it is not set. Who only looks may not become another user for it, and the
    /// file is not everybody's to read: it is null then too.
    /// </summary>
    internal static async Task<long?> PushQueueMaxAsync(DrTopology topology, INode node, CancellationToken cancellation)
    {
        var (text, _) = await DrException.TryAsync(async () =>
        {
            var paths = new NodePaths(topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
            var user = topology.Postgres!.MonitorUser is null ? topology.Postgres.User : null;
            foreach (var path in topology.PgBackRest is null ? [] : paths.PgBackRestConfigFiles)
            {
                if (await NodeFiles.ReadTextAsync(node, path, cancellation, user).ConfigureAwait(false) is { } found)
                {
                    return found;
                }
            }

            return "";
        }).ConfigureAwait(false);
        return text is null ? null : PgBackRestFile.Parse(text).ArchivePushQueueMax;
    }
}
