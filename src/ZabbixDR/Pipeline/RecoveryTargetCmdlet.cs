using System.Management.Automation;

namespace ZabbixDR.Pipeline;

/// <summary>A cmdlet that recovers PostgreSQL to a target.</summary>
public abstract class RecoveryTargetCmdlet : RunCmdlet
{
    /// <summary>The moment, with its offset: 2026-03-14 02:40:00+00. What was committed up to it is there afterwards.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Time")]
    [Moment]
    [ValidateNotNullOrEmpty]
    public string TargetTime { get; set; } = "";

    /// <summary>The time zone in which a moment without an offset is meant, such as Europe/Berlin.</summary>
    [Parameter(ParameterSetName = "Time")]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>The position in the WAL, as PostgreSQL writes it: 0/1F000028.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Lsn")]
    [Form(TextForm.WalPosition)]
    public string TargetLsn { get; set; } = "";

    /// <summary>The transaction whose commit is the last that is there afterwards; with -Exclusive, the first that is not.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Xid", ValueFromPipelineByPropertyName = true)]
    [Alias("Xid")]
    [ValidateRange(3u, uint.MaxValue)]
    public uint TargetXid { get; set; }

    /// <summary>The restore point, as pg_create_restore_point() was given it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Name")]
    [ValidateLength(1, PgRecoveryGoal.LongestName)]
    [Form(TextForm.OneLine)]
    public string TargetName { get; set; } = "";

    /// <summary>The end of the backup, as early as the set is consistent.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Immediate")]
    public SwitchParameter Immediate { get; set; }

    /// <summary>The end of the archived WAL: for data that is damaged, with nothing to be undone.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Latest")]
    public SwitchParameter Latest { get; set; }

    /// <summary>Leaves out what the target itself names.</summary>
    [Parameter(ParameterSetName = "Time")]
    [Parameter(ParameterSetName = "Lsn")]
    [Parameter(ParameterSetName = "Xid")]
    public SwitchParameter Exclusive { get; set; }

    /// <summary>The set to restore, by its label; by default the last that had stopped by the target; in a drill without a target, one that chance names.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Label")]
    [Form(TextForm.BackupLabel)]
    public string? BackupSet { get; set; }

    /// <summary>Only the repository with this number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int? Repository { get; set; }

    /// <summary>The timeline to follow; by default the newest that reaches the target.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Timeline { get; set; }

    /// <summary>The target that was given.</summary>
    protected PgRecoveryGoal Goal() => ParameterSetName switch
    {
        "Time" => PgRecoveryGoal.To(Engine.Operations.TargetTime.Parse(TargetTime, TimeZone), Exclusive),
        "Lsn" => PgRecoveryGoal.To(PgLsn.Parse(TargetLsn), Exclusive),
        "Xid" => PgRecoveryGoal.ToTransaction(TargetXid, Exclusive),
        "Name" => PgRecoveryGoal.ToName(TargetName),
        "Immediate" => new PgRecoveryGoal(PgRecoveryGoalKind.Immediate, null, IsExclusive: false),
        _ => new PgRecoveryGoal(PgRecoveryGoalKind.Latest, null, IsExclusive: false),
    };
}
