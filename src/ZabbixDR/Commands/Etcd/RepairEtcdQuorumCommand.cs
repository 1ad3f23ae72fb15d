using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Makes the survivor of an etcd cluster that has lost its majority for good a cluster again.</summary>
/// <remarks>
/// For etcd that has lost more than half of its members and cannot get them back with their data. Where they can come back, start them
/// instead: nothing is lost then. Where etcd has a quorum and all its members, the command refuses (EtcdHasQuorum).
///
/// The lost members come first: if they returned together, they would be the old cluster, with its quorum. On each node that answers, etcd is
/// stopped and kept off by an addition to its unit. Each that does not answer must be kept off by you, by its power or a firewall, and
/// -Fenced says that you did; without it the command refuses (EtcdMemberNotFenced). It also refuses where any node of the topology reaches
/// a host that is said to be off (EtcdMemberAnswers), and looks again right before the point of no return. Patroni is left alone.
///
/// Then the survivor's data is copied aside, etcd is started there once with force-new-cluster, which keeps keys, users and revision and drops
/// the other members, and is restarted without it. The other nodes come back one after the other: their old data is moved aside, they
/// start empty as learners and are promoted. What was moved or copied stays in the data directory as member.before-RUN. The settings of a
/// first start lie under /run; etcd's own configuration is not edited. At the end it waits for Patroni's leader and commits there, where /sync
/// names a server that answers; otherwise it promotes nothing, and a warning says so.
///
/// Run again once a node that was left out is back (its host on, its etcd off), it brings that node in, and touches no other.
///
/// -WhatIf shows the whole plan with its commands and does nothing. Where the run breaks off, Resume-DrRun goes on. Where a node was lost in
/// the middle, it cannot: give the run up with Remove-DrLock, and run the command again.
///
/// An etcd that is configured by a file (ETCD_CONFIG_FILE), or with a WAL directory of its own (ETCD_WAL_DIR), is refused.
/// </remarks>
/// <example>
/// <code>Repair-EtcdQuorum -WhatIf</code>
/// <para>Shows what would be done with the member that is left, or the freshest of several.</para>
/// </example>
/// <example>
/// <code>Repair-EtcdQuorum -Survivor etcd-3 -Fenced A</code>
/// <para>Makes etcd-3 the survivor. The members of site A that do not answer have been switched off.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Repair, "EtcdQuorum", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrRun))]
public sealed class RepairEtcdQuorumCommand : RunCmdlet
{
    /// <summary>The member whose data is kept; by default the one that answers, or of several the one that holds most of the log.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Survivor { get; set; }

    /// <summary>Members that do not answer, by name or by site, and that you have made sure stay off or cut off.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Fenced { get; set; } = [];

    /// <summary>Leaves the other members out; they are fenced all the same.</summary>
    [Parameter]
    public SwitchParameter SurvivorOnly { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var (plan, warnings) = await EtcdRepairPlan.MakeAsync(Deployment, new EtcdRepairRequest(Survivor, Fenced, SurvivorOnly), cancellation);
        foreach (var warning in warnings)
        {
            WriteWarning(warning);
        }

        if (AskToStart(plan) is not { } permit)
        {
            return;
        }

        using var progress = Progress(plan.Title);
        WriteObject(await RunControl.StartAsync(Deployment, plan, permit, Steps(progress), Messages(), cancellation));
    }
}
