using System.Management.Automation;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Gets the Patroni cluster: who leads, who follows and how.</summary>
/// <remarks>
/// Asks the REST interface of every node with role postgres at once, along patroni.rest.via of the topology file. One node that can
/// read the DCS is enough; each member that answers adds its own word, which is newer. A member whose Patroni does not answer is
/// listed all the same, with the reason. Where no member can read the DCS, the cluster is what the members say of themselves,
/// and AnsweredBy is empty. It is an error only where no Patroni answers at all.
/// </remarks>
/// <example>
/// <code>Get-PatroniCluster</code>
/// <para>Shows the cluster and its members.</para>
/// </example>
/// <example>
/// <code>(Get-PatroniCluster).Members | Where-Object -Not IsAnswering | Format-List Name, State, Reason</code>
/// <para>Says which members do not answer, and why.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "PatroniCluster")]
[OutputType(typeof(PatroniCluster))]
public sealed class GetPatroniClusterCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation) =>
        WriteObject(await Deployment.Patroni.GetClusterAsync(cancellation));
}
