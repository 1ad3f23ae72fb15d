namespace ZabbixDR;

/// <summary>A switchover that was carried out.</summary>
public sealed record PatroniSwitchover
{
    /// <summary>The cluster.</summary>
    public required string Scope { get; init; }

    /// <summary>The member that led.</summary>
    public required string OldLeader { get; init; }

    /// <summary>The member that leads, by PostgreSQL's own word.</summary>
    public required string NewLeader { get; init; }

    /// <summary>The timeline that the old leader wrote.</summary>
    public required int TimelineBefore { get; init; }

    /// <summary>The timeline that the new leader writes.</summary>
    public required int TimelineAfter { get; init; }

    /// <summary>For how long no server took writes, at most: from the last look at which the old one did to the first at which the new one did.</summary>
    public required TimeSpan Outage { get; init; }

    /// <summary>How long it took until the old leader streamed from the new one.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>When it was asked for, by this machine's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}
