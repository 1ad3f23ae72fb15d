using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Resumes the Patroni cluster: Patroni fails over by itself again.</summary>
/// <remarks>
/// Ends the maintenance mode that Suspend-PatroniCluster began. The command returns once every member that answers says that it has seen it,
/// within two loops as a rule. Where the cluster is not paused, nothing is changed. A run of a runbook on the node refuses it.
/// </remarks>
/// <example>
/// <code>Resume-PatroniCluster</code>
/// <para>Resumes the cluster and waits until every member knows.</para>
/// </example>
/// <example>
/// <code>if ((Get-PatroniCluster).Paused) { Resume-PatroniCluster }</code>
/// <para>Resumes it where somebody left it paused.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "PatroniCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PatroniCluster))]
public sealed class ResumePatroniClusterCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var change = await PausePatroni.PrepareAsync(Deployment, paused: false, cancellation);
        if (change.IsDone)
        {
            Say($"Nothing changes: {change.Cluster.Scope} is not paused.");
            WriteObject(change.Cluster);
        }
        else if (AskToChange(change.Cluster.Scope, "Resume the cluster: Patroni fails over by itself again") is { } permit)
        {
            using var progress = Progress("Resuming the cluster");
            WriteObject(await change.RunAsync(permit, progress, cancellation));
        }
    }
}
