using System.Management.Automation;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Takes the deployment's lock away from a run that is given up.</summary>
/// <remarks>
/// Everything is left as the run left it. Prefer Resume-DrRun: it knows what is half done. A command of the old run that still runs on a node
/// is waited for, for 30 s. Returns what was held, where it was.
/// </remarks>
/// <example>
/// <code>Get-DrLock | Where-Object Run | Remove-DrLock -Reason 'Restored by hand, ticket 4711'</code>
/// <para>Frees every node that is locked.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "DrLock", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrLock))]
public sealed class RemoveDrLockCommand : DeploymentCmdlet
{
    /// <summary>The node.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Node { get; set; } = "";

    /// <summary>Why the run is given up; it is written into the node's system journal.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var node = Deployment.Nodes.Get(Node);
        var held = await RunControl.ReadLockAsync(node, cancellation);
        if (held.Run is null)
        {
            WriteWarning($"{node.Name} is not locked.");
        }
        else if (AskToChange(node.Name, $"Take the lock from run {held.Run} of {held.Owner}, since {held.Since:u}") is { } permit)
        {
            WriteObject(await RunControl.BreakLockAsync(Deployment, node, permit, Reason, cancellation));
        }
    }
}
