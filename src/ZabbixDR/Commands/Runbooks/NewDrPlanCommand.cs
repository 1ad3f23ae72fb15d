using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Makes the plan of a runbook, to be reviewed, approved and run later. Changes nothing on any node.</summary>
/// <remarks>
/// Looks at the nodes as the runbook's own command does, and refuses what that would refuse. With -OutFile the plan is written as YAML: what was
/// found, and each step with its commands word by word, why it is done, how it is proven, and the way back. Nobody edits that file: it is
/// taken only as it was written. Expected says how long steps of the kind took in this user's earlier runs, where there were any.
/// </remarks>
/// <example>
/// <code>New-DrPlan -EtcdSnapshot /var/lib/etcd/backup/etcd-snapshot-20261122T031500Z-etcd-2.db -OutFile ./restore.yaml</code>
/// <para>Plans the return of etcd from a snapshot, and saves the plan.</para>
/// </example>
/// <example>
/// <code>New-DrPlan -EtcdQuorum -Survivor etcd-3 -OutFile ./repair.yaml</code>
/// <para>Plans the repair of a lost majority, to be approved by another person.</para>
/// </example>
/// <example>
/// <code>New-DrPlan -PgRecoveryTarget (Test-PgRecoveryTarget '2026-03-14 02:40:00+00') -OutFile ./pitr.yaml</code>
/// <para>Plans a point-in-time recovery.</para>
/// </example>
/// <example>
/// <code>(New-DrPlan -EtcdSnapshot ./etcd.db).Steps | Format-Table Node, What, Commands</code>
/// <para>Shows what would be done, as objects.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "DrPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, DefaultParameterSetName = "EtcdRestore")]
[OutputType(typeof(DrPlan))]
public sealed class NewDrPlanCommand : SavedPlanCmdlet
{
    /// <summary>Plans what Restore-EtcdSnapshot does: the snapshot's file on this machine. With -EtcdFresh: the snapshot that the users come from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "EtcdRestore", ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = "EtcdFresh", ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "Path")]
    [ValidateNotNullOrEmpty]
    public string EtcdSnapshot { get; set; } = "";

    /// <summary>Plans what Restore-EtcdSnapshot -Fresh does.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "EtcdFresh")]
    public SwitchParameter EtcdFresh { get; set; }

    /// <summary>Of Restore-EtcdSnapshot: what its -Force does.</summary>
    [Parameter(ParameterSetName = "EtcdFresh")]
    [Parameter(ParameterSetName = "EtcdRestore")]
    public SwitchParameter ForceRestore { get; set; }

    /// <summary>Plans what Undo-DrRun does: the id of the run to go back from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Undo")]
    [ValidateNotNullOrEmpty]
    public string UndoRun { get; set; } = "";

    /// <summary>Plans what Repair-EtcdQuorum does.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "EtcdRepair")]
    public SwitchParameter EtcdQuorum { get; set; }

    /// <summary>Of Repair-EtcdQuorum: the member whose data is kept.</summary>
    [Parameter(ParameterSetName = "EtcdRepair")]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Survivor { get; set; }

    /// <summary>Of Repair-EtcdQuorum: members and sites that do not answer, and that you keep off.</summary>
    [Parameter(ParameterSetName = "EtcdRepair")]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Fenced { get; set; } = [];

    /// <summary>Of Repair-EtcdQuorum: leaves the other members out.</summary>
    [Parameter(ParameterSetName = "EtcdRepair")]
    public SwitchParameter SurvivorOnly { get; set; }

    /// <summary>Plans what Restore-PgPointInTime does, to a target that Test-PgRecoveryTarget found reachable.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "PointInTime")]
    [ValidateNotNull]
    public PgRecoveryTarget? PgRecoveryTarget { get; set; }

    /// <summary>Of Restore-PgPointInTime: the node to recover on.</summary>
    [Parameter(ParameterSetName = "PointInTime")]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? RecoverOn { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var file = FreeFile();
        var plan = await MakeAsync(cancellation);
        WriteObject(file is not null && Ask(() => ShouldProcess(file, "Write plan")) ? Save(plan, file) : plan);
    }

    private async Task<DrPlan> MakeAsync(CancellationToken cancellation)
    {
        switch (ParameterSetName)
        {
            case "Undo":
                return await UndoPlan.MakeAsync(Deployment, UndoRun, cancellation);
            case "EtcdRepair":
                var (plan, warnings) = await EtcdRepairPlan.MakeAsync(Deployment, new EtcdRepairRequest(Survivor, Fenced, SurvivorOnly), cancellation);
                foreach (var warning in warnings)
                {
                    WriteWarning(warning);
                }

                return plan;
            case "PointInTime":
                return await PointInTimePlan.MakeAsync(Deployment, new PointInTimeRequest(PgRecoveryTarget!.Goal, PgRecoveryTarget.Set, PgRecoveryTarget.Repository, PgRecoveryTarget.Timeline, RecoverOn), cancellation);
            case "EtcdFresh":
                return await EtcdFreshPlan.MakeAsync(Deployment, EtcdSnapshot.Length == 0 ? null : FileSystemPath(EtcdSnapshot), ForceRestore, cancellation);
            default:
                return await EtcdRestorePlan.MakeAsync(Deployment, FileSystemPath(EtcdSnapshot), ForceRestore, cancellation);
        }
    }
}
