namespace ZabbixDR;

/// <summary>The lock of the deployment as one node has it: while it is held, nobody else's run changes the node.</summary>
public sealed record DrLock
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The run that holds it; null where it is free.</summary>
    public string? Run { get; init; }

    /// <summary>Who took it: user and host.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was taken, in UTC, by the clock of who took it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The highest number that was ever given out on the node. Commands of a run with a lower one are refused there.</summary>
    public required long FencingNumber { get; init; }
}
