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

    /// <summary>The number of the last change to users, roles and passwords (0 before etcd 3.5), and what users and roles may.</summary>
    /// <exception cref="DrException"><c>EtcdPermissionDenied</c>: only root may ask; and those of a connection to the member.</exception>
    public static async Task<(long Revision, IReadOnlyList<string> Grants)> ReadGrantsAsync(EtcdConnection connection, CancellationToken cancellation)
    {
        const string Users = "Reading etcd's users";
        const string Roles = "Reading etcd's roles";
        var status = await connection.AuthAsync("Asking etcd for the state of its users", (client, options) => client.AuthStatusAsync(new AuthStatusRequest(), options), cancellation).ConfigureAwait(false);
        var grants = new List<string>();
        foreach (var user in (await connection.AuthAsync(Users, (client, options) => client.UserListAsync(new AuthUserListRequest(), options), cancellation).ConfigureAwait(false)).Users)
        {
            var found = await connection.AuthAsync(Users, (client, options) => client.UserGetAsync(new AuthUserGetRequest { Name = user }, options), cancellation).ConfigureAwait(false);
            grants.Add(EtcdGrants.OfUser(user, found.Roles));
        }

        foreach (var role in (await connection.AuthAsync(Roles, (client, options) => client.RoleListAsync(new AuthRoleListRequest(), options), cancellation).ConfigureAwait(false)).Roles)
        {
            var found = await connection.AuthAsync(Roles, (client, options) => client.RoleGetAsync(new AuthRoleGetRequest { Role = role }, options), cancellation).ConfigureAwait(false);
            grants.Add(EtcdGrants.OfRole(role, found.Perm));
        }

        return ((long)status.AuthRevision, [.. grants.Order(StringComparer.Ordinal)]);
    }
}
