using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>What the cluster that a fresh one takes the place of says of itself, where it still answers.</summary>
internal static class FreshState
{
    /// <summary>A member that does its work; null where none does.</summary>
    public static async Task<string?> HealthyAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(deployment.Nodes.With(NodeRole.Etcd).Select(node => deployment.Etcd.LookAsync(node.Name, cancellation))).ConfigureAwait(false);
        return Array.Find(found, member => member.State == EtcdEndpointState.Healthy)?.Name;
    }

    /// <summary>Refuses where etcd serves others than Patroni, whose keys a fresh cluster would not have.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="healthy">A member that answers; null for none.</param>
    /// <param name="snapshot">The snapshot; null for none.</param>
    /// <param name="force">True to lose them, or to go on where nothing tells.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What was found, for the plan.</returns>
    /// <exception cref="DrException"><c>EtcdServesOthers</c>, <c>EtcdKeysUnknown</c>.</exception>
    public static async Task<string> RequireAloneAsync(DeploymentSession deployment, string? healthy, EtcdSnapshotCheck? snapshot, bool force, CancellationToken cancellation)
    {
        var folder = SnapshotFit.Folder(deployment.Patroni.Settings);
        if (healthy is null && snapshot is null)
        {
            return force ? "unknown: no member answers, and there is no snapshot" : throw EtcdFreshErrors.EtcdKeysUnknown(folder);
        }

        var (place, outside) = healthy is null
            ? ("the snapshot", snapshot!.Folders.Where(one => !IsIn($"{folder}/", one) && !IsIn(EtcdKeys.OwnPrefix, one)).ToList())
            : ("etcd", await deployment.Etcd.WithAsync(healthy, connection => EtcdKeys.OutsideAsync(connection, folder, cancellation), cancellation).ConfigureAwait(false));
        return outside.Count == 0 ? $"in {place} all under {folder}"
            : force ? $"in {place} others too, which the new cluster will not have: {Some(outside)}"
            : throw EtcdFreshErrors.EtcdServesOthers(place, folder, Some(outside));
    }

    /// <summary>Refuses a snapshot that was taken before the last change to users, roles or passwords.</summary>
    /// <exception cref="DrException"><c>SnapshotUsersOld</c>.</exception>
    public static async Task RequireSameUsersAsync(DeploymentSession deployment, string healthy, EtcdSnapshotCheck snapshot, CancellationToken cancellation)
    {
        var (revision, grants) = await deployment.Etcd.WithAsync(healthy, connection => EtcdUsers.ReadGrantsAsync(connection, cancellation), cancellation).ConfigureAwait(false);
        if (!grants.SequenceEqual(snapshot.Grants, StringComparer.Ordinal) || (revision > 0 && snapshot.AuthRevision is { } then && then != revision))
        {
            throw EtcdFreshErrors.SnapshotUsersOld(snapshot, healthy);
        }
    }

    private static bool IsIn(string prefix, string folder) => $"{folder}/".StartsWith(prefix, StringComparison.Ordinal);

    private static string Some(IReadOnlyList<string> names)
    {
        const int Enough = 3;
        return $"{string.Join(", ", names.Take(Enough))}{(names.Count > Enough ? " and more" : "")}";
    }
}
