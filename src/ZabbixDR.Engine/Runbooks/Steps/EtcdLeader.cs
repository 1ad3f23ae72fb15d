using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Finds who leads: a change of the members is sent there, since a follower may answer only that it timed out (3.5.16).</summary>
internal static class EtcdLeader
{
    /// <summary>The leader's node.</summary>
    /// <exception cref="DrException"><c>EtcdHasNoLeader</c>.</exception>
    public static async Task<string> FindAsync(EtcdCluster etcd, IReadOnlyList<string> voters, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(voters.Select(voter => etcd.LookAsync(voter, cancellation))).ConfigureAwait(false);
        return Array.Find(found, one => one is { IsLeader: true, State: EtcdEndpointState.Healthy })?.Name ?? throw EtcdHasNoLeader(found);
    }

    private static DrException EtcdHasNoLeader(EtcdEndpoint[] found) => DrException.Of(
        DrErrorKind.Unreachable,
        null,
        "Finding etcd's leader",
        string.Join("; ", found.Select(one => $"{one.Name} is {one.State}{(one.Reason is null ? "" : $" ({one.Reason})")}")),
        "See why they are not healthy: systemctl status etcd on their nodes.");
}
