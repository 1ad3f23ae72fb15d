namespace ZabbixDR;

/// <summary>A step of a run, as it stands.</summary>
public sealed record DrStepResult
{
    /// <summary>The run's id.</summary>
    public required string Run { get; init; }

    /// <summary>Its place, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>How many steps there are.</summary>
    public required int Of { get; init; }

    /// <summary>The step's name.</summary>
    public required string Step { get; init; }

    /// <summary>The node that it works on; null where it works on a service of several.</summary>
    public string? Node { get; init; }

    /// <summary>What it does.</summary>
    public required string What { get; init; }

    /// <summary>How it stands.</summary>
    public required DrStepStatus Status { get; init; }

    /// <summary>What was seen, or how it failed; null where it has not begun.</summary>
    public string? Detail { get; init; }

    /// <summary>What was seen, by name, where the run's result needs it.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>What it and the steps after it are expected to take, of those of which that is known; null where it is known of none.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>How long it took; null where it has not ended.</summary>
    public TimeSpan? Elapsed { get; init; }
}
