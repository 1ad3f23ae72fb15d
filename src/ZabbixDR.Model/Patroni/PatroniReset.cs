namespace ZabbixDR;

/// <summary>A replica that was made anew.</summary>
public sealed record PatroniReset
{
    /// <summary>The member.</summary>
    public required string Member { get; init; }

    /// <summary>By which of the methods of its patroni.yml; null where that was not waited for, or its log does not say.</summary>
    public string? Method { get; init; }

    /// <summary>What PostgreSQL does there now.</summary>
    public required PatroniState State { get; init; }

    /// <summary>When PostgreSQL started there, by the server's word; null where that was not waited for.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it took, until it streamed where that was waited for.</summary>
    public required TimeSpan Elapsed { get; init; }
}
