using System.Management.Automation;
using ZabbixDR.Pipeline;
using ZabbixDR.Sessions;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Ends the session's connection to its deployment.</summary>
/// <remarks>Closes the connections to the nodes. A session that is not connected is left as it is, without an error.</remarks>
/// <example>
/// <code>Disconnect-DrDeployment</code>
/// <para>Closes the connections to all nodes.</para>
/// </example>
[Cmdlet(VerbsCommunications.Disconnect, "DrDeployment")]
public sealed class DisconnectDrDeploymentCommand : AsyncCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        if (DeploymentStore.Exchange(null) is { } session)
        {
            await session.DisposeAsync();
        }
    }
}
