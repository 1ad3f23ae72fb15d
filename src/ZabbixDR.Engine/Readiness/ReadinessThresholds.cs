namespace ZabbixDR.Engine.Readiness;

/// <summary>What is still good enough. The defaults are the source document's schedules with some hours for a run to take, or to wait for another.</summary>
public sealed record ReadinessThresholds
{
    /// <summary>Of any backup: one is taken every night at 01:00.</summary>
    public static readonly TimeSpan DefaultBackupAge = TimeSpan.FromHours(30);

    /// <summary>Of a full backup: one is taken every Sunday.</summary>
    public static readonly TimeSpan DefaultFullBackupAge = TimeSpan.FromDays(8);

    /// <summary>Of the last archived WAL segment: archive_timeout is 60 s, and Zabbix always writes.</summary>
    public static readonly TimeSpan DefaultArchiveAge = TimeSpan.FromMinutes(5);

    /// <summary>Of an etcd snapshot: one is taken every night at 02:00.</summary>
    public static readonly TimeSpan DefaultSnapshotAge = TimeSpan.FromHours(30);

    /// <summary>Of a configuration archive: one is written every night at 03:00.</summary>
    public static readonly TimeSpan DefaultConfigurationAge = TimeSpan.FromHours(30);

    /// <summary>One check, dead nodes and their connect limits included.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromMinutes(1);

    /// <summary>The oldest that the newest backup may be.</summary>
    public TimeSpan BackupAge { get; init; } = DefaultBackupAge;

    /// <summary>The oldest that the newest full backup may be.</summary>
    public TimeSpan FullBackupAge { get; init; } = DefaultFullBackupAge;

    /// <summary>The longest ago that WAL was last archived.</summary>
    public TimeSpan ArchiveAge { get; init; } = DefaultArchiveAge;

    /// <summary>The oldest that the newest good etcd snapshot may be.</summary>
    public TimeSpan SnapshotAge { get; init; } = DefaultSnapshotAge;

    /// <summary>The oldest that the newest configuration archive may be.</summary>
    public TimeSpan ConfigurationAge { get; init; } = DefaultConfigurationAge;

    /// <summary>The longest that one check may take.</summary>
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;
}
