using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Adds a node to the etcd cluster, as a learner first.</summary>
/// <remarks>
/// A learner follows and has no vote, so that a node that does not come up costs no quorum. The command adds it, waits until etcd on
/// the node has started and caught up, and promotes it to a voter. Where the node is a learner already, it goes on with the promotion:
/// it can be interrupted and run again. With -LearnerOnly it returns once the learner is added. Just after another member has started,
/// etcd refuses changes for some seconds; that is waited for, 30 s at most.
///
/// Only etcd's API is used; what must be done on the node is yours. Before: if the node was a member, Remove-EtcdMember; stop etcd there,
/// and move its data directory aside or empty it. While this command waits: set ETCD_INITIAL_CLUSTER_STATE=existing and
/// ETCD_INITIAL_CLUSTER to the InitialCluster that is told (a warning says it, Get-EtcdMember too), and start etcd. After: nothing, but
/// add the next one only then.
/// </remarks>
/// <example>
/// <code>Add-EtcdMember etcd-3</code>
/// <para>Adds etcd-3, says with what settings to start etcd there, and promotes it once it has caught up.</para>
/// </example>
/// <example>
/// <code>(Add-EtcdMember etcd-3 -LearnerOnly -Confirm:$false).InitialCluster</code>
/// <para>Adds etcd-3 as a learner and gives the value of ETCD_INITIAL_CLUSTER; the same command without -LearnerOnly promotes it later.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "EtcdMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdMember))]
public sealed class AddEtcdMemberCommand : DeploymentCmdlet
{
    /// <summary>The node, which the topology must have with role etcd.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Where the other members shall reach it; by default its address in the topology, with the scheme and port that they have.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? PeerUrl { get; set; }

    /// <summary>Returns once the learner is added, without waiting for it to be promoted.</summary>
    [Parameter]
    public SwitchParameter LearnerOnly { get; set; }

    /// <summary>The longest wait for the learner to start and catch up, 10 minutes by default; it grows with the database. It stays a learner after that.</summary>
    [Parameter]
    [ValidateNotNull]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var addition = await Deployment.Etcd.Membership.PrepareAdditionAsync(Name, PeerUrl, cancellation);
        if (AskToChange($"{addition.Node} ({addition.PeerUrl.GetLeftPart(UriPartial.Authority)})", Action(addition.IsLearner)) is not { } permit)
        {
            return;
        }

        var member = await addition.AddAsync(permit, cancellation);
        if (!LearnerOnly)
        {
            if (!member.IsStarted)
            {
                WriteWarning($"Start etcd on {addition.Node} now, with an empty data directory, ETCD_INITIAL_CLUSTER_STATE=existing and ETCD_INITIAL_CLUSTER={member.InitialCluster}");
            }

            using var progress = Progress($"Adding {addition.Node} to etcd");
            member = await addition.PromoteAsync(permit, member, TimeLimit, progress, cancellation);
        }

        WriteObject(member);
    }

    private string Action(bool isLearner) =>
        LearnerOnly ? "Add to the etcd cluster as a learner"
        : isLearner ? "Promote the learner to a voter of the etcd cluster"
        : "Add to the etcd cluster as a learner and promote it";
}
