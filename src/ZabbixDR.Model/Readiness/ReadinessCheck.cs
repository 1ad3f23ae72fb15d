namespace ZabbixDR;

/// <summary>What one readiness check found, of one subject.</summary>
public sealed record ReadinessCheck
{
    /// <summary>The check's stable id, such as <c>backup.age</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What must be true, as a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>What the check is about.</summary>
    public required ReadinessCategory Category { get; init; }

    /// <summary>The node concerned; null where it is not about one.</summary>
    public string? Node { get; init; }

    /// <summary>The verdict.</summary>
    public required ReadinessStatus Status { get; init; }

    /// <summary>Why it is not a pass; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>What was demanded; null where nothing could be.</summary>
    public string? Expected { get; init; }

    /// <summary>What was found; null where nothing could be asked.</summary>
    public string? Actual { get; init; }

    /// <summary>What to do; null where nothing is.</summary>
    public string? Remediation { get; init; }

    /// <summary>How long the check took.</summary>
    public required TimeSpan Duration { get; init; }
}
