namespace ZabbixDR;

/// <summary>Whether the cluster can be restored to a target, and why.</summary>
public sealed record PgRecoveryTarget
{
    /// <summary>What was asked for.</summary>
    public required PgRecoveryGoal Goal { get; init; }

    /// <summary>The moment asked for, in UTC; null where something else was.</summary>
    public DateTimeOffset? Time => Goal.AsTime;

    /// <summary>The position asked for; null where something else was.</summary>
    public PgLsn? Lsn => Goal.AsLsn;

    /// <summary>True where it can be reached; false where not, or where it is not sure.</summary>
    public required bool IsReachable { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The set to restore: the last that had stopped by then; null where it cannot be reached.</summary>
    public string? Set { get; init; }

    /// <summary>The repository that holds the set; null likewise.</summary>
    public int? Repository { get; init; }

    /// <summary>The timeline to follow; null likewise.</summary>
    public int? Timeline { get; init; }

    /// <summary>What to do instead; null where it can be reached.</summary>
    public string? Remediation { get; init; }
}
