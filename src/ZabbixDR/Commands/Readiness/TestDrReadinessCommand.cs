using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Readiness;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Readiness;

/// <summary>Tests whether the deployment could be recovered now.</summary>
/// <remarks>
/// Runs all checks at the same time and changes nothing. Each gives an object with its stable id, what was demanded, what was found, and
/// what to do. Pass alone is good news: Warn means that a recovery would work with less than there could be, Fail that something is
/// not as it must be, Error that it could not be asked, and Skipped that the check does not apply here; each says why.
/// The limits are parameters. Their defaults are the usual schedule (a full backup on Sundays, a differential one, an etcd snapshot and
/// a configuration archive every night, WAL archived every minute) with some hours, or for WAL minutes, on top.
/// </remarks>
/// <example>
/// <code>Test-DrReadiness</code>
/// <para>Runs all checks.</para>
/// </example>
/// <example>
/// <code>Test-DrReadiness | Where-Object Status -notin Pass, Skipped | Format-List Id, Node, Reason, Remediation</code>
/// <para>Shows what is wrong and what to do about it.</para>
/// </example>
/// <example>
/// <code>Test-DrReadiness -Id backup.*, archiver.* -MaxBackupAge 12:00:00</code>
/// <para>Tests backups and WAL archiving alone, with a backup demanded every twelve hours.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "DrReadiness")]
[OutputType(typeof(ReadinessCheck))]
public sealed class TestDrReadinessCommand : DeploymentCmdlet
{
    /// <summary>The ids of the checks; all by default. Wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ReadinessIdCompleter))]
    [SupportsWildcards]
    public string[] Id { get; set; } = ["*"];

    /// <summary>The oldest that the newest backup may be; 30 hours by default: one is taken every night.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxBackupAge { get; set; } = ReadinessThresholds.DefaultBackupAge;

    /// <summary>The oldest that the newest full backup may be; 8 days by default: one is taken every week.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxFullBackupAge { get; set; } = ReadinessThresholds.DefaultFullBackupAge;

    /// <summary>The longest ago that WAL was last archived; 5 minutes by default: archive_timeout is one minute. It bounds what a lost primary loses.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxArchiveAge { get; set; } = ReadinessThresholds.DefaultArchiveAge;

    /// <summary>The oldest that the newest good etcd snapshot may be; 30 hours by default: one is saved every night.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxSnapshotAge { get; set; } = ReadinessThresholds.DefaultSnapshotAge;

    /// <summary>The oldest that the newest configuration archive may be; 30 hours by default: one is written every night.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxConfigurationAge { get; set; } = ReadinessThresholds.DefaultConfigurationAge;

    /// <summary>The longest that one check may take; 1 minute by default. Longer ones give an Error.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = ReadinessThresholds.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var thresholds = new ReadinessThresholds
        {
            BackupAge = MaxBackupAge,
            FullBackupAge = MaxFullBackupAge,
            ArchiveAge = MaxArchiveAge,
            SnapshotAge = MaxSnapshotAge,
            ConfigurationAge = MaxConfigurationAge,
            TimeLimit = TimeLimit,
        };
        await foreach (var check in ReadinessRun.RunAsync(Deployment, Chosen(), thresholds, cancellation))
        {
            WriteObject(check);
        }
    }

    private List<string> Chosen()
    {
        foreach (var literal in Id.Where(id => !WildcardPattern.ContainsWildcardCharacters(id)))
        {
            ReadinessChecks.RequireKnown(literal);
        }

        var patterns = Id.Select(id => WildcardPattern.Get(id, WildcardOptions.IgnoreCase)).ToList();
        return [.. ReadinessChecks.Ids.Where(id => patterns.Exists(pattern => pattern.IsMatch(id)))];
    }
}
