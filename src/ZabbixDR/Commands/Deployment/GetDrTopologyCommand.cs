using System.Management.Automation;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Gets the deployment as its topology file describes it.</summary>
/// <remarks>Secrets stay where they are: the topology holds only the references to them.</remarks>
/// <example>
/// <code>(Get-DrTopology).Nodes</code>
/// <para>Lists the nodes that the topology file names.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "DrTopology")]
[OutputType(typeof(DrTopology))]
public sealed class GetDrTopologyCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken cancellation)
    {
        WriteObject(Deployment.Topology);
        return Task.CompletedTask;
    }
}
