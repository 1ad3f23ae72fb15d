namespace ZabbixDR;

/// <summary>A node of Zabbix's high-availability cluster, as table ha_node has it.</summary>
public sealed record ZabbixHaNode
{
    /// <summary>Its HANodeName; empty for a server that runs alone.</summary>
    public required string Name { get; init; }

    /// <summary>The address that frontends reach it at.</summary>
    public required string Address { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>Its status, as it or the active node last wrote it. A dead active node stays Active until another takes over: see <see cref="Age"/>.</summary>
    public required ZabbixHaStatus Status { get; init; }

    /// <summary>When it last reported, by the database's clock.</summary>
    public required DateTimeOffset LastAccess { get; init; }

    /// <summary>How long ago that was, by the same clock: a living node reports every 5 s.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>How long the active node may be silent until a standby takes over; null where the role that reads may not see it.</summary>
    public required TimeSpan? FailoverDelay { get; init; }

    /// <summary>The node whose PostgreSQL was read.</summary>
    public required string ReadFrom { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
