namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>What a drill is asked for.</summary>
public sealed record DrillRequest
{
    /// <summary>The longest that a drill takes where the caller does not say.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromHours(24);

    /// <summary>Where the recovery shall stop; null for a moment that chance names.</summary>
    public PgRecoveryGoal? Goal { get; init; }

    /// <summary>The set; null for the last that reaches the goal, or for one that chance names.</summary>
    public string? Set { get; init; }

    /// <summary>The repository's number; null for any.</summary>
    public int? Repository { get; init; }

    /// <summary>The timeline to follow; null for the newest that reaches the goal.</summary>
    public int? Timeline { get; init; }

    /// <summary>The node; null for the first that can, those of role scratch first, the primary last.</summary>
    public string? Node { get; init; }

    /// <summary>The directory in which the drill makes its own; null for the one in which the data directory lies.</summary>
    public string? Directory { get; init; }

    /// <summary>How many processes restore, and how many pg_amcheck works with.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>What is not looked at: pg_amcheck and pg_checksums read all of the database, which takes as long as it is large.</summary>
    public IReadOnlyList<PgDrillSubject> Skipped { get; init; } = [];

    /// <summary>Whether the instance stays.</summary>
    public bool Keep { get; init; }

    /// <summary>When it is ended and removed whatever it does, one that is kept too, from its beginning on.</summary>
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;
}
