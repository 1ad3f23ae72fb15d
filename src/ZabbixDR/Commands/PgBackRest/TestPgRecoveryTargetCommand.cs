using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Tests whether the cluster can be restored to a moment, a position in the WAL, a transaction or a restore point, and says why.</summary>
/// <remarks>
/// It can, where a set had stopped by then, WAL follows it without a gap, and the archived WAL has a commit that is later than the moment: at
/// none other does PostgreSQL stop. Where that is not sure the answer is no, and the reason says what is not known. The set to restore and the
/// timeline to follow are named. A time needs an offset, or -TimeZone: there is no default. A transaction or a
/// restore point is looked for in the archived WAL, from its end backwards, which is read whole for that. The answer pipes into Restore-PgPointInTime, and New-DrPlan takes it. Nothing is changed.
/// </remarks>
/// <example>
/// <code>Test-PgRecoveryTarget -Time '2026-03-14 02:40:00+00'</code>
/// <para>Says whether the cluster can be restored to that moment.</para>
/// </example>
/// <example>
/// <code>Test-PgRecoveryTarget -Time '2026-03-14 03:40' -TimeZone Europe/Berlin -Timeline 3</code>
/// <para>The same with a time as a wall clock in Berlin shows it, along timeline 3.</para>
/// </example>
/// <example>
/// <code>Test-PgRecoveryTarget -Xid 48112 -Exclusive | Restore-PgPointInTime -WhatIf</code>
/// <para>Shows how the cluster would be brought back to before a transaction.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "PgRecoveryTarget", DefaultParameterSetName = "Time")]
[OutputType(typeof(PgRecoveryTarget))]
public sealed class TestPgRecoveryTargetCommand : DeploymentCmdlet
{
    /// <summary>The moment, with its offset: 2026-03-14 02:40:00+00. Recovery would hold all that was committed up to it, itself included.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Time", ValueFromPipeline = true)]
    [Moment]
    [ValidateNotNullOrEmpty]
    public string Time { get; set; } = "";

    /// <summary>The time zone in which a moment without an offset is meant, such as Europe/Berlin.</summary>
    [Parameter(ParameterSetName = "Time")]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>The position, as PostgreSQL writes it: 0/1F000028.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Lsn")]
    [Form(TextForm.WalPosition)]
    public string Lsn { get; set; } = "";

    /// <summary>The transaction.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Xid")]
    [ValidateRange(3u, uint.MaxValue)]
    public uint Xid { get; set; }

    /// <summary>The restore point, as pg_create_restore_point() was given it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Name")]
    [ValidateLength(1, PgRecoveryGoal.LongestName)]
    public string Name { get; set; } = "";

    /// <summary>Whether a restore would leave out what the target itself names.</summary>
    [Parameter(ParameterSetName = "Time")]
    [Parameter(ParameterSetName = "Lsn")]
    [Parameter(ParameterSetName = "Xid")]
    public SwitchParameter Exclusive { get; set; }

    /// <summary>The timeline to follow; by default the newest that reaches the target.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Timeline { get; set; }

    /// <summary>Only the repository with this number.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that listing one repository may take; 5 minutes by default. It grows with the number of files.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var goal = Goal();
        var windows = await ReadRecoveryWindows.RunAsync(Deployment, Repository, TimeLimit, cancellation);
        foreach (var failure in windows.Failures)
        {
            WriteFailure(failure);
        }

        WriteObject(await JudgeRecoveryTarget.RunAsync(Deployment, goal, windows, Repository, Timeline, cancellation));
    }

    private PgRecoveryGoal Goal() => ParameterSetName switch
    {
        "Time" => PgRecoveryGoal.To(TargetTime.Parse(Time, TimeZone), Exclusive),
        "Lsn" => PgRecoveryGoal.To(PgLsn.Parse(Lsn), Exclusive),
        "Xid" => PgRecoveryGoal.ToTransaction(Xid, Exclusive),
        _ => PgRecoveryGoal.ToName(Name),
    };
}
