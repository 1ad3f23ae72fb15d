using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Gets the nodes of the deployment and whether they can be reached.</summary>
/// <remarks>
/// Logs into every node at once. A node that does not answer costs its own time limit (access.connectTimeout in the topology
/// file, 10 s by default) and is shown as Unreachable with the reason; one that answers and does not let us in, as Refused.
/// </remarks>
/// <example>
/// <code>Get-DrNode</code>
/// <para>Shows all nodes.</para>
/// </example>
/// <example>
/// <code>Get-DrNode | Where-Object State -ne Reachable | Format-List Name, Reason</code>
/// <para>Says why nodes cannot be reached.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "DrNode")]
[OutputType(typeof(DrNode))]
public sealed class GetDrNodeCommand : DeploymentCmdlet
{
    /// <summary>The names of the nodes; all by default. Wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only nodes with one of these roles.</summary>
    [Parameter]
    public NodeRole[]? Role { get; set; }

    /// <summary>How many nodes are asked at once; 16 by default.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = NodeFanOut.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var chosen = Deployment.Nodes.Matching(Name).Where(node => Role is null || node.Definition.Roles.Intersect(Role).Any());
        await foreach (var outcome in chosen.ForEachAsync(NodeProbe.LookAsync, ThrottleLimit, cancellation))
        {
            if (outcome.Failure is { } failure)
            {
                WriteFailure(failure);
            }
            else
            {
                WriteObject(outcome.Value);
            }
        }
    }
}
