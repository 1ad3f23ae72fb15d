using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Pauses the Patroni cluster: nothing fails over by itself until it is resumed.</summary>
/// <remarks>
/// Patroni's maintenance mode, for work that it must not answer with a failover. PostgreSQL goes on, and stopping Patroni leaves it running. The
/// command returns once every member that answers says that it has seen it, within two loops as a rule; a member that does not is an error,
/// since it may still fail over. Where the cluster is paused already, nothing is changed. A run of a runbook on the node refuses it.
/// </remarks>
/// <example>
/// <code>Suspend-PatroniCluster</code>
/// <para>Pauses the cluster and waits until every member knows.</para>
/// </example>
/// <example>
/// <code>Suspend-PatroniCluster; Get-PatroniCluster | Where-Object Paused</code>
/// <para>Pauses it, and shows that it is.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Suspend, "PatroniCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PatroniCluster))]
public sealed class SuspendPatroniClusterCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var change = await PausePatroni.PrepareAsync(Deployment, paused: true, cancellation);
        if (change.IsDone)
        {
            Say($"Nothing changes: {change.Cluster.Scope} is paused already.");
            WriteObject(change.Cluster);
        }
        else if (AskToChange(change.Cluster.Scope, "Pause the cluster: nothing fails over by itself") is { } permit)
        {
            using var progress = Progress("Pausing the cluster");
            WriteObject(await change.RunAsync(permit, progress, cancellation));
        }
    }
}
