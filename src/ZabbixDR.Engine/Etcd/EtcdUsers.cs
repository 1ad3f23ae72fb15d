using Etcdserverpb;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Whom etcd knows.</summary>
internal static class EtcdUsers
{
    /// <summary>The users' names in order, and whether they are asked for at all; null where the login may not list them: only root may.</summary>
    public static async Task<(bool AuthEnabled, IReadOnlyList<string> Names)?> ReadAsync(EtcdConnection connection, CancellationToken cancellation)
    {
        try
        {
            var status = await connection.AuthAsync("Asking etcd whether it asks who one is", (client, options) => client.AuthStatusAsync(new AuthStatusRequest(), options), cancellation).ConfigureAwait(false);
            var list = await connection.AuthAsync("Listing etcd's users", (client, options) => client.UserListAsync(new AuthUserListRequest(), options), cancellation).ConfigureAwait(false);
            return (status.Enabled, [.. list.Users.Order(StringComparer.Ordinal)]);
        }
        catch (DrException failure) when (failure.Id == "EtcdPermissionDenied")
        {
            return null;
        }
    }
}
