namespace ZabbixDR.Engine.PgBackRest;

/// <summary>Sets, and the WAL that follows them without a gap, on one way through the timelines.</summary>
/// <param name="Way">The way.</param>
/// <param name="Backups">The sets, in the order in which they stopped.</param>
/// <param name="Last">The last segment before the gap or the archive's end.</param>
/// <param name="Hole">The first segment that is missing where later ones of the way are there; null where the archive ends.</param>
internal sealed record RecoverySpan(TimelineWay Way, IReadOnlyList<PgBackRestBackup> Backups, WalSegment Last, WalSegment? Hole)
{
    /// <summary>The first moment at which it is sure that a set had stopped: pgBackRest records whole seconds, rounded down (backupTime in src/command/backup/backup.c).</summary>
    public static DateTimeOffset SurelyStopped(PgBackRestBackup backup) => backup.StoppedAt.AddSeconds(1);
}
