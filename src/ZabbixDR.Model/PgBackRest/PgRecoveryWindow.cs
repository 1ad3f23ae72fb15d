namespace ZabbixDR;

/// <summary>
/// A span without a hole in which the cluster can be restored to any moment: backup sets, and the WAL that follows them without a gap, along one
/// way through the timelines. Times are in UTC.
/// </summary>
public sealed record PgRecoveryWindow
{
    /// <summary>The stanza.</summary>
    public required string Stanza { get; init; }

    /// <summary>The number of the repository.</summary>
    public required int Repository { get; init; }

    /// <summary>The timelines that a recovery here passes, in their order.</summary>
    public required IReadOnlyList<int> Timelines { get; init; }

    /// <summary>The timeline that such a recovery must be told to follow: the last of <see cref="Timelines"/>.</summary>
    public int Timeline => Timelines[^1];

    /// <summary>True on the way to the newest timeline of the archive; false on a branch that was left by a point-in-time recovery or a failover.</summary>
    public required bool IsCurrent { get; init; }

    /// <summary>
    /// The lower edge: the first moment at which it is sure that the first set had stopped. pgBackRest records the stop in whole seconds,
    /// rounded down, so it is the second after that.
    /// </summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The position at which the first set stopped.</summary>
    public required PgLsn FromLsn { get; init; }

    /// <summary>The upper edge. A target time must be earlier: PostgreSQL stops only at a commit or abort that is later than its target.</summary>
    public required DateTimeOffset UpperEdge { get; init; }

    /// <summary>Whether <see cref="UpperEdge"/> is the last commit itself, or only known not to be before it.</summary>
    public required PgWindowEdge UpperEdgeIs { get; init; }

    /// <summary>Why the upper edge is a bound only; null where it is exact.</summary>
    public string? WhyBound { get; init; }

    /// <summary>Where the record of the commit at <see cref="UpperEdge"/> begins; null where it is not exact. A target position must not be later.</summary>
    public PgLsn? UpperEdgeLsn { get; init; }

    /// <summary>The position up to which WAL is in the archive without a gap.</summary>
    public required PgLsn ToLsn { get; init; }

    /// <summary>The last WAL segment of the span.</summary>
    public required string LastSegment { get; init; }

    /// <summary>The first segment that is missing where later ones are there: the span ends at a hole. Null where it ends with the archive.</summary>
    public string? Hole { get; init; }

    /// <summary>The sets within the span, oldest first.</summary>
    public required IReadOnlyList<string> Sets { get; init; }

    /// <summary>The sets that retention takes away next; empty where none of this span is.</summary>
    public required IReadOnlyList<string> NextToExpire { get; init; }

    /// <summary>When they go; null where it is not known or nothing goes.</summary>
    public string? ExpiresWhen { get; init; }

    /// <summary>The lower edge after that; null where nothing goes, or nothing is left of the span.</summary>
    public DateTimeOffset? FromAfterExpiry { get; init; }

    /// <summary>The node whose pgBackRest told this.</summary>
    public required string Source { get; init; }
}
