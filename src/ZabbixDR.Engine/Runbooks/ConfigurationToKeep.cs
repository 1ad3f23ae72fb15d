using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Patroni's dynamic configuration, which a fresh cluster keeps, and where it was found.</summary>
/// <param name="Source">Where.</param>
/// <param name="Json">It, normalized.</param>
internal sealed record ConfigurationToKeep(string Source, string Json)
{
    /// <summary>What a plan and its journal say in its stead.</summary>
    public string Digest => DynamicConfiguration.Digest(Json);

    /// <summary>
    /// Finds it: in etcd, where a member answers; else as the server that is to lead last wrote it down (patroni/config.py, patroni.dynamic.json);
    /// else as the snapshot has it, which is older.
    /// </summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="healthy">A member of etcd that does its work; null for none.</param>
    /// <param name="first">The server that is to lead.</param>
    /// <param name="snapshot">The snapshot, read only where it is needed; null for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null where it is nowhere.</returns>
    public static async Task<ConfigurationToKeep?> FindAsync(
        DeploymentSession deployment, string? healthy, INode first, Func<Task<EtcdSnapshotCheck>>? snapshot, CancellationToken cancellation)
    {
        var key = Key(deployment);
        if (healthy is not null && Of($"{key} in etcd", await ReadAsync(deployment, healthy, cancellation).ConfigureAwait(false)) is { } live)
        {
            return live;
        }

        var paths = new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(first, cancellation).ConfigureAwait(false));
        var file = $"{paths.PostgresDataDirectory}/patroni.dynamic.json";
        if (Of($"{file} on {first.Name}", await NodeFiles.ReadTextAsync(first, file, cancellation).ConfigureAwait(false)) is { } written)
        {
            return written;
        }

        var folder = SnapshotFit.Folder(deployment.Patroni.Settings);
        return snapshot is null
            ? null
            : Of("the snapshot", (await snapshot().ConfigureAwait(false)).Patroni.FirstOrDefault(scope => scope.Path == folder)?.Configuration);
    }

    /// <summary>Patroni's key of it.</summary>
    public static string Key(DeploymentSession deployment) => $"{SnapshotFit.Folder(deployment.Patroni.Settings)}/config";

    /// <summary>What etcd has of it now; null for nothing.</summary>
    public static Task<string?> ReadAsync(DeploymentSession deployment, string member, CancellationToken cancellation) =>
        deployment.Etcd.WithAsync(member, connection => EtcdKeys.ReadAsync(connection, Key(deployment), linearizable: true, cancellation), cancellation);

    private static ConfigurationToKeep? Of(string source, string? json) =>
        json is not null && DynamicConfiguration.Normalize(json) is { } normal ? new ConfigurationToKeep(source, normal) : null;
}
