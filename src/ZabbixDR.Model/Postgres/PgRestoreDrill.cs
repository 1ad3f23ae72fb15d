namespace ZabbixDR;

/// <summary>A rehearsal of a recovery: a set was restored beside the service, recovered to a target, and looked at.</summary>
public sealed record PgRestoreDrill
{
    /// <summary>Its id, which is a part of the names of its unit and of its directory.</summary>
    public required string Id { get; init; }

    /// <summary>The node on which it was done.</summary>
    public required string Node { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The set that was restored.</summary>
    public required string Set { get; init; }

    /// <summary>The number of its repository, which gave the WAL too.</summary>
    public required int Repository { get; init; }

    /// <summary>The timeline that was followed.</summary>
    public required int Timeline { get; init; }

    /// <summary>Where the recovery was to stop.</summary>
    public required PgRecoveryGoal Target { get; init; }

    /// <summary>Where PostgreSQL stopped, in the words of its own log; empty for the end of the archive, or where it did not get there.</summary>
    public required string Stop { get; init; }

    /// <summary>The commit time of the last transaction that was replayed, in UTC; null where none was.</summary>
    public DateTimeOffset? ReachedTime { get; init; }

    /// <summary>The position of the last record that was replayed; null where PostgreSQL did not tell.</summary>
    public PgLsn? ReachedLsn { get; init; }

    /// <summary>What was looked at, in this order, and what came of it.</summary>
    public required IReadOnlyList<PgDrillCheck> Checks { get; init; }

    /// <summary>True where no check failed and the target was reached: the set can be recovered.</summary>
    public bool Passed => Checks.All(check => check.Status is not (ReadinessStatus.Fail or ReadinessStatus.Error))
        && Checks.Any(check => check is { Subject: PgDrillSubject.Target, Status: ReadinessStatus.Pass });

    /// <summary>What the recovered database said of itself, by name.</summary>
    public required IReadOnlyDictionary<string, string> Content { get; init; }

    /// <summary>How long each part took.</summary>
    public required IReadOnlyList<PgDrillPhase> Phases { get; init; }

    /// <summary>From its beginning to the end of the last part; what it made is removed after that.</summary>
    public TimeSpan Elapsed => Phases.Aggregate(TimeSpan.Zero, (sum, phase) => sum + phase.Elapsed);

    /// <summary>
    /// How long it would take to restore the newest set and to replay all archived WAL behind it, at the pace of this drill: that of one process at the lowest priority unless the
    /// drill was told otherwise, and so a bound rather than a promise. Stopping the service, giving it the data and the people's decision come on top. Null where the pace is not known, as when less than 16 MiB of WAL were replayed.
    /// </summary>
    public TimeSpan? EstimatedRecovery { get; init; }

    /// <summary>Where the instance and its data are, on <see cref="Node"/>; null where nothing was kept.</summary>
    public string? KeptDirectory { get; init; }

    /// <summary>When the instance that was kept is ended and removed by itself, in UTC; null where none was.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>Dumps one table out of the instance that was kept, run on the node; null where none was.</summary>
    public string? DumpCommand { get; init; }

    /// <summary>Ends the instance that was kept and removes it, run on the node; null where none was.</summary>
    public string? EndCommand { get; init; }
}
