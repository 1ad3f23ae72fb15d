using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Tells which run holds the deployment's lock, as each node has it.</summary>
/// <remarks>
/// A run takes the lock on every node that answers, and keeps it where it breaks off: what is half done is nobody else's to change. The
/// fencing number is the highest ever given out on the node; a command of a run with a lower one is refused there.
/// </remarks>
/// <example>
/// <code>Get-DrLock</code>
/// <para>Lists the lock of every node.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "DrLock")]
[OutputType(typeof(DrLock))]
public sealed class GetDrLockCommand : DeploymentCmdlet
{
    /// <summary>Names of nodes. Wildcards are permitted; all by default.</summary>
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
    }
}
