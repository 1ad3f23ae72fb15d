namespace ZabbixDR;

/// <summary>What was found in a repository: one that passes for each aspect that is well, and one for each file that is not.</summary>
public sealed record PgBackRestRepositoryCheck
{
    /// <summary>The stanza.</summary>
    public required string Stanza { get; init; }

    /// <summary>The number of the repository; null where none could be told apart.</summary>
    public int? Repository { get; init; }

    /// <summary>What was judged.</summary>
    public required PgBackRestAspect Aspect { get; init; }

    /// <summary>The verdict.</summary>
    public required ReadinessStatus Status { get; init; }

    /// <summary>The file, by its path within the repository; the first one of a run of WAL segments; null where it is not about one.</summary>
    public string? File { get; init; }

    /// <summary>How many files it is about: more than one for a run of WAL segments.</summary>
    public int Files { get; init; }

    /// <summary>How the file was found; null where it is not about one.</summary>
    public PgBackRestFileState? State { get; init; }

    /// <summary>What was found.</summary>
    public required string Finding { get; init; }

    /// <summary>The sets that cannot be restored because of it.</summary>
    public IReadOnlyList<string> SetsLost { get; init; } = [];

    /// <summary>The moments to which nothing can be restored because of it. The ends are those of sets and the times at which WAL was archived.</summary>
    public IReadOnlyList<PgTimeRange> TimeLost { get; init; } = [];

    /// <summary>What follows from it, as a sentence; null where nothing does.</summary>
    public string? Consequence { get; init; }

    /// <summary>What to do; null where nothing is.</summary>
    public string? Remediation { get; init; }

    /// <summary>The node whose pgBackRest told this.</summary>
    public required string Source { get; init; }
}
