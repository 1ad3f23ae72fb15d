namespace ZabbixDR;

/// <summary>One fact of the topology file beside what was found.</summary>
public sealed record TopologyCheck
{
    /// <summary>The fact's stable id, such as <c>patroni.scope</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The node concerned; null where it is not about one of the topology's.</summary>
    public string? Node { get; init; }

    /// <summary>The key of the topology file that says it; null where it says nothing, as of a member that it lacks.</summary>
    public string? Key { get; init; }

    /// <summary>The verdict.</summary>
    public required ReadinessStatus Status { get; init; }

    /// <summary>What the file says; null where it says nothing.</summary>
    public string? Expected { get; init; }

    /// <summary>What was found; null where nothing could be asked.</summary>
    public string? Actual { get; init; }

    /// <summary>Why it is not a pass; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>What to do; null where nothing is.</summary>
    public string? Remediation { get; init; }
}
