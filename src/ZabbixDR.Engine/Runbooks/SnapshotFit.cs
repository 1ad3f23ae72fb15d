using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// Whether a snapshot is of this very deployment. Patroni keeps PostgreSQL's system identifier under <c>initialize</c>, and refuses to start
/// on another one (patroni/ha.py, "system ID mismatch"): with a stranger's snapshot etcd would be well, and PostgreSQL have no leader any more.
/// </summary>
internal static class SnapshotFit
{
    /// <summary>Refuses a snapshot of another deployment, and one that the topology's login could not use.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="snapshot">The snapshot, whose pages are sound.</param>
    /// <param name="patronis">What the PostgreSQL nodes say.</param>
    /// <param name="force">True to take another deployment's, and one without authentication, all the same.</param>
    /// <exception cref="DrException"><c>SnapshotOfAnotherCluster</c>, <c>SnapshotWithoutAuth</c>, <c>SnapshotWithoutUser</c>.</exception>
    public static void Require(DeploymentSession deployment, EtcdSnapshotCheck snapshot, IEnumerable<PatroniToReplace> patronis, bool force)
    {
        var user = deployment.Topology.Etcd?.User;
        if (snapshot.AuthEnabled is true && user is not null && !snapshot.Users.Contains(user))
        {
            throw SnapshotWithoutUser(snapshot, user);
        }

        if (!force && snapshot.AuthEnabled is not true && user is not null)
        {
            throw SnapshotWithoutAuth(snapshot, user);
        }

        if (!force && deployment.Topology.Patroni is not null && Stranger(deployment.Patroni.Settings, snapshot, patronis) is { } reason)
        {
            throw SnapshotOfAnotherCluster(snapshot, reason);
        }
    }

    /// <summary>The folder of Patroni's keys.</summary>
    public static string Folder(PatroniSettings settings) => $"{settings.Namespace.TrimEnd('/')}/{settings.Scope}";

    private static string? Stranger(PatroniSettings settings, EtcdSnapshotCheck snapshot, IEnumerable<PatroniToReplace> patronis)
    {
        var folder = Folder(settings);
        if (snapshot.Patroni.FirstOrDefault(scope => scope.Path == folder) is not { } found)
        {
            return $"it holds nothing of Patroni under {folder}{(snapshot.Patroni.Count == 0 ? "" : $", but under {string.Join(", ", snapshot.Patroni.Select(scope => scope.Path))}")}";
        }

        if (found.SystemIdentifier is null)
        {
            return $"it has no {folder}/initialize: it was taken before the database was made";
        }

        return patronis.FirstOrDefault(patroni => patroni.SystemIdentifier is { } here && here != found.SystemIdentifier) is { } other
            ? $"it belongs to the database {found.SystemIdentifier}, and {other.Node.Name} has {other.SystemIdentifier}"
            : null;
    }

    private static DrException SnapshotOfAnotherCluster(EtcdSnapshotCheck snapshot, string reason) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Looking whether {snapshot.Path} is of this deployment",
        reason,
        "Take a snapshot of this deployment (Get-EtcdSnapshot; Test-EtcdSnapshot shows what Patroni left in each). With -Force it is restored all the same, and Patroni will not start on it.");

    private static DrException SnapshotWithoutAuth(EtcdSnapshotCheck snapshot, string user) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Looking at the users in {snapshot.Path}",
        $"authentication is off in it, and the topology logs in as {user}: restored, etcd would let in everybody who reaches it",
        "Take a later snapshot; or give -Force, and turn authentication on again afterwards (etcdctl auth enable).");

    private static DrException SnapshotWithoutUser(EtcdSnapshotCheck snapshot, string user) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Looking at the users in {snapshot.Path}",
        $"it has no user {user}, as whom the topology logs in: restored, etcd would refuse us. It has {string.Join(", ", snapshot.Users)}",
        "Take another snapshot, or name one of its users in etcd.user of the topology, with the password that it had then.");
}
