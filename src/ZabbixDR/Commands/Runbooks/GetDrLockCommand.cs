using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Tells which run holds the deployment's lock, as each node and etcd have it.</summary>
/// <remarks>
/// A run takes the lock on every node that answers, and keeps it where it breaks off: what is half done is nobody else's to change. The
/// fencing number is the highest ever given out on the node; a command of a run with a lower one is refused there. Where etcd has a quorum, the run
/// holds a lease there too, so that two operators who see different nodes do not both begin. A run that ended or died renews it no longer:
/// it is over within 30 s, and the locks on the nodes stay.
/// </remarks>
/// <example>
/// <code>Get-DrLock</code>
/// <para>Lists the lock of every node, and etcd's lease where somebody holds it.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "DrLock")]
[OutputType(typeof(DrLock))]
public sealed class GetDrLockCommand : DeploymentCmdlet
{
    /// <summary>Names of nodes. Wildcards are permitted; all by default, and then etcd is asked for its lease too.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        await foreach (var outcome in Deployment.Nodes.Matching(Name).ForEachAsync(RunControl.ReadLockAsync, NodeFanOut.DefaultThrottleLimit, cancellation))
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

        if (!MyInvocation.BoundParameters.ContainsKey(nameof(Name)))
        {
            await WriteLeaseAsync(cancellation);
        }
    }

    private async Task WriteLeaseAsync(CancellationToken cancellation)
    {
        try
        {
            if (await RunControl.ReadLeaseAsync(Deployment, cancellation) is { } lease)
            {
                WriteObject(lease);
            }
        }
        catch (DrException failure)
        {
            // What lies on the nodes was told, and etcd may be what is down.
            WriteWarning($"Whether somebody holds etcd's lease is not known: {failure.Message}");
        }
    }
}
