namespace ZabbixDR;

/// <summary>
/// A member of a Patroni cluster: its place as the DCS has it, and its own word where it answers. A node of the topology that the
/// DCS does not know is one too, with role <see cref="PatroniRole.Unknown"/> or what it says of itself.
/// </summary>
public sealed record PatroniMember
{
    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>The site of the topology's node of that name or address; null where it has none.</summary>
    public string? Site { get; init; }

    /// <summary>The address of its PostgreSQL, as the DCS has it.</summary>
    public string? Host { get; init; }

    /// <summary>The port of its PostgreSQL, as the DCS has it.</summary>
    public int? Port { get; init; }

    /// <summary>Its role, as the DCS has it.</summary>
    public required PatroniRole Role { get; init; }

    /// <summary>What PostgreSQL does there: its own word where it answers; else the DCS's, which may be as old as the ttl.</summary>
    public required PatroniState State { get; init; }

    /// <summary>True where it calls itself a primary. One that the DCS does not call leader must not be overlooked.</summary>
    public bool IsPrimary { get; init; }

    /// <summary>The timeline that it is on; null where nobody says.</summary>
    public int? Timeline { get; init; }

    /// <summary>How far it is behind the leader, in bytes, as the DCS has it; null for the leader, and where it is not known.</summary>
    public long? LagBytes { get; init; }

    /// <summary>How far it has written, or of a standby received, by its own word.</summary>
    public PgLsn? Lsn { get; init; }

    /// <summary>How far a standby has replayed, by its own word.</summary>
    public PgLsn? ReplayedLsn { get; init; }

    /// <summary>True where a setting waits for a restart of PostgreSQL.</summary>
    public bool PendingRestart { get; init; }

    /// <summary>Its tags, such as nofailover.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When it last reached the DCS, by its own clock; null where it does not answer.</summary>
    public DateTimeOffset? DcsLastSeen { get; init; }

    /// <summary>Its PostgreSQL's version as a number, such as 170002; null where it does not answer.</summary>
    public int? ServerVersion { get; init; }

    /// <summary>Its Patroni's version; null where it does not answer.</summary>
    public string? PatroniVersion { get; init; }

    /// <summary>Its database's identifier; null where it does not answer.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>True where its Patroni answered.</summary>
    public required bool IsAnswering { get; init; }

    /// <summary>Why it did not answer, or why it is listed though the DCS does not know it; null where neither is so.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
