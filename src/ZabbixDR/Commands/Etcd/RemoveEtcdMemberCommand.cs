using System.Management.Automation;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Removes a member from the etcd cluster.</summary>
/// <remarks>
/// Tells a healthy member to take another out of the cluster. It is refused where it would cost the quorum: of the voters that are
/// left, a majority must be healthy, and one that the topology does not know is not counted as such. -Force does not change that.
/// A member that does its work is asked about once more, which -Force skips.
///
/// Only etcd's API is used. Before: nothing needs to be done, and the member may be lost. After: if etcd runs on the node it ends by
/// itself and would fail at each start, so stop and disable it there (systemctl disable --now etcd). Its data directory stays; it must
/// be moved aside or emptied before the node may join again, with Add-EtcdMember.
/// </remarks>
/// <example>
/// <code>Remove-EtcdMember etcd-3</code>
/// <para>Removes the lost etcd-3, so that the other two are a cluster of two and not two of three.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember | Where-Object { -not $_.IsStarted } | Remove-EtcdMember -WhatIf</code>
/// <para>Says which members that have never started would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "EtcdMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveEtcdMemberCommand : DeploymentCmdlet
{
    /// <summary>The member: its id, its name in etcd, or the name of its node.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Node")]
    [ArgumentCompleter(typeof(Completers.EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = "";

    /// <summary>Removes a healthy member without asking once more. It does not override the refusal for the quorum's sake.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var removal = await Deployment.Etcd.Membership.PrepareRemovalAsync(Id, cancellation);
        if (AskToChange(removal.Text, "Remove from the etcd cluster") is not { } permit)
        {
            return;
        }

        if (removal.IsHealthy && !Force && !Ask(() => ShouldContinue($"{removal.Text} is healthy and does its work. Remove it all the same?", "Remove a healthy member")))
        {
            return;
        }

        await removal.RunAsync(permit, cancellation);
    }
}
