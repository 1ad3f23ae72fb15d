namespace ZabbixDR;

/// <summary>A point-in-time recovery that came to its end.</summary>
public sealed record PgPointInTimeRestore
{
    /// <summary>The target, as it was asked for.</summary>
    public required PgRecoveryGoal Target { get; init; }

    /// <summary>Where PostgreSQL stopped, in the words of its own log; empty for the end of the archive.</summary>
    public required string Stop { get; init; }

    /// <summary>The commit time of the last transaction that is in the recovered database, in UTC; null where none was replayed.</summary>
    public DateTimeOffset? ReachedTime { get; init; }

    /// <summary>The position of the last record that was replayed; null where PostgreSQL did not tell.</summary>
    public PgLsn? ReachedLsn { get; init; }

    /// <summary>The last commit before the recovery, in UTC; null where there was no primary.</summary>
    public DateTimeOffset? LastCommit { get; init; }

    /// <summary>The span of commits that are not in the recovered database: from what was reached to the last commit; null where one of them is not known.</summary>
    public TimeSpan? Lost => LastCommit is { } last && ReachedTime is { } reached && last > reached ? last - reached : null;

    /// <summary>The node that was recovered; the others follow it.</summary>
    public required string Node { get; init; }

    /// <summary>The set that was restored.</summary>
    public required string Set { get; init; }

    /// <summary>The timeline that the cluster writes: the recovery began one, and Patroni another with the lead.</summary>
    public required int Timeline { get; init; }

    /// <summary>What the recovered database said of itself before the service was given it, by name.</summary>
    public required IReadOnlyDictionary<string, string> Checks { get; init; }

    /// <summary>The full backup that was taken afterwards.</summary>
    public required string Backup { get; init; }

    /// <summary>Where the data from before is kept, on <see cref="Node"/>.</summary>
    public required string KeptData { get; init; }

    /// <summary>From the run's beginning to its end.</summary>
    public TimeSpan? Elapsed => Run.Elapsed;

    /// <summary>The run, with the time of each step.</summary>
    public required DrRun Run { get; init; }
}
