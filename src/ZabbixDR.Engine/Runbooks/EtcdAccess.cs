using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Whether etcd will let us in once it is back: a runbook that found out then would stand still with Patroni frozen.</summary>
internal static class EtcdAccess
{
    /// <summary>Proves it at the members that answer now; where none does, nothing can be proven.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="key">A key that will be deleted; null for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>EtcdRefusesUs</c>, <c>EtcdPermissionDenied</c>; <c>EtcdCertificateUnreadable</c> of a file here.</exception>
    public static async Task RequireAsync(DeploymentSession deployment, string? key, CancellationToken cancellation)
    {
        var members = deployment.Nodes.With(NodeRole.Etcd).Select(node => node.Name);
        var found = await Task.WhenAll(members.Select(member => deployment.Etcd.LookAsync(member, cancellation))).ConfigureAwait(false);
        if (Array.Find(found, member => member.State == EtcdEndpointState.Refused) is { } refusing)
        {
            throw EtcdRefusesUs(refusing);
        }

        if (key is not null && Array.Find(found, member => member.State == EtcdEndpointState.Healthy) is { } healthy)
        {
            await deployment.Etcd.WithAsync(
                healthy.Name,
                async connection =>
                {
                    await EtcdKeys.RequireDeletableAsync(connection, key, cancellation).ConfigureAwait(false);
                    return true;
                },
                cancellation).ConfigureAwait(false);
        }
    }

    private static DrException EtcdRefusesUs(EtcdEndpoint member) => DrException.Of(
        DrErrorKind.Authentication,
        member.Name,
        "Proving that etcd will let us in once it is back",
        member.Reason ?? "it refuses us",
        "Put that right first: nothing was changed. Where the snapshot itself puts it right, such as a password that was changed since, give -Force.");
}
