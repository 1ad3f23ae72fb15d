namespace ZabbixDR;

/// <summary>What a diagnosis found of one subject on one node.</summary>
public sealed record DrFinding
{
    /// <summary>What was found, as a stable id such as <c>s3.bucket-missing</c>; of a subject with which nothing is wrong, <c>s3.ok</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required DrSubject Subject { get; init; }

    /// <summary>The node on which it was found; null where it is not about one.</summary>
    public string? Node { get; init; }

    /// <summary>
    /// Fail for a fault, Warn for what will be one, Error for what could not be looked at, Skipped for a subject that does not apply here, and
    /// Pass where nothing is wrong.
    /// </summary>
    public required ReadinessStatus Status { get; init; }

    /// <summary>What is wrong, as a sentence.</summary>
    public required string Finding { get; init; }

    /// <summary>The id of the finding from which this one follows: mend that first. Null where none was found.</summary>
    public string? CausedBy { get; init; }

    /// <summary>What was looked at to find it, each with what it gave.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What to do; null where nothing is.</summary>
    public string? Remediation { get; init; }
}
