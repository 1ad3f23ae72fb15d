namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>What a recovery of all that there is would have to restore and to replay.</summary>
/// <param name="Data">The size of the newest set's database, in bytes; null where there is none.</param>
/// <param name="Wal">The archived WAL behind it, in bytes.</param>
internal sealed record DrillEstimate(long? Data, long Wal)
{
    // A segment of the default size: with less, what was measured is how long a server takes to start.
    private const long LeastReplayed = 16 << 20;

    /// <summary>Looks it up.</summary>
    public static DrillEstimate Of(RecoveryWindows windows) =>
        windows.Windows.Where(window => window.IsCurrent).MaxBy(window => window.ToLsn) is { } window
        && windows.Backups.Where(backup => backup.Repository == window.Repository && window.Sets.Contains(backup.Label)).MaxBy(backup => PgLsn.Parse(backup.LsnStop!)) is { } set
            ? new DrillEstimate(set.DatabaseSize, (long)(window.ToLsn.Position - PgLsn.Parse(set.LsnStart!).Position))
            : new DrillEstimate(null, 0);

    /// <summary>How long that would take at the pace of a drill; null where it has none.</summary>
    public TimeSpan? At(IReadOnlyList<PgDrillPhase> phases) =>
        Data is { } data && Pace(phases, PgDrillSubject.Restore) is { } restore && Pace(phases, PgDrillSubject.Target) is { } replay
            ? TimeSpan.FromSeconds(Math.Ceiling((data / (double)restore) + (Wal / (double)replay)))
            : null;

    private static long? Pace(IReadOnlyList<PgDrillPhase> phases, PgDrillSubject subject) => phases.FirstOrDefault(phase => phase.Subject == subject && phase.Bytes >= LeastReplayed)?.Pace is > 0 and var pace ? pace : null;
}
