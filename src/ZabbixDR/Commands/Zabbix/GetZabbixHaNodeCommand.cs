using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Zabbix;

/// <summary>Gets the nodes of Zabbix's high-availability cluster.</summary>
/// <remarks>
/// Reads table ha_node in Zabbix's database on the primary, through the server's Unix socket: no database password is needed.
/// Where there is no primary, a standby that answers is read, with a warning that it may be out of date. The age of a node's last
/// report is measured by the database's clock; an active node that is older than the failover delay is about to be replaced.
/// </remarks>
/// <example>
/// <code>Get-ZabbixHaNode</code>
/// <para>Shows the nodes, the active one and the standbys.</para>
/// </example>
/// <example>
/// <code>Get-ZabbixHaNode | Where-Object Status -eq Active</code>
/// <para>Says which node does the work.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ZabbixHaNode")]
[OutputType(typeof(ZabbixHaNode))]
public sealed class GetZabbixHaNodeCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var reading = await ReadZabbixHaNodes.RunAsync(Deployment, cancellation);
        if (reading.Caveat is { } caveat)
        {
            WriteWarning(caveat);
        }

        WriteObject(reading.Nodes, enumerateCollection: true);
    }
}
