using System.Management.Automation;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Takes the deployment's lock away from a run that is given up.</summary>
/// <remarks>
/// Everything is left as the run left it. Prefer Resume-DrRun: it knows what is half done. A command of the old run that still runs on a node
/// is waited for, for 30 s. etcd's lease of a run that has ended or died is over by itself within 30 s; a run that goes on takes it again.
/// Returns what was held, where it was.
/// </remarks>
/// <example>
/// <code>Get-DrLock | Where-Object Run | Remove-DrLock -Reason 'Restored by hand, ticket 4711'</code>
/// <para>Frees every node that is locked, and etcd's lease.</para>
/// </example>
/// <example>
/// <code>Remove-DrLock etcd-1 -Lease -Reason 'Left by a run on a laptop that is gone'</code>
/// <para>Frees etcd's lease alone.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "DrLock", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrLock))]
public sealed class RemoveDrLockCommand : DeploymentCmdlet
{
    /// <summary>The node; with <c>-Lease</c>, one of etcd's, whose system journal is told.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Node { get; set; } = "";

    /// <summary>Why the run is given up; it is written into the node's system journal.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = "";

    /// <summary>Takes etcd's lease away, and not the lock on the node.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias(nameof(DrLock.IsLease))]
    public SwitchParameter Lease { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var node = Deployment.Nodes.Get(Node);
        var held = Lease ? await RunControl.ReadLeaseAsync(Deployment, cancellation) : await RunControl.ReadLockAsync(node, cancellation);
        if (held?.Run is null)
        {
            WriteWarning(Lease ? "Nobody holds etcd's lease." : $"{node.Name} is not locked.");
        }
        else if (AskToChange(Lease ? "etcd" : node.Name, $"Take the {(Lease ? "lease" : "lock")} from run {held.Run} of {held.Owner}, since {held.Since:u}") is { } permit)
        {
            WriteObject(Lease
                ? await RunControl.BreakLeaseAsync(Deployment, node, permit, Reason, cancellation)
                : await RunControl.BreakLockAsync(Deployment, node, permit, Reason, cancellation));
        }
    }
}
