namespace ZabbixDR;

/// <summary>How WAL archiving was turned on, and the proof that it works.</summary>
public sealed record PgWalArchiving
{
    /// <summary>The Patroni cluster.</summary>
    public required string Scope { get; init; }

    /// <summary>The stanza that the WAL goes to.</summary>
    public required string Stanza { get; init; }

    /// <summary>The primary at the end.</summary>
    public required string Leader { get; init; }

    /// <summary>What was changed in Patroni's dynamic configuration.</summary>
    public IReadOnlyList<PgSettingChange> Configuration { get; init; } = [];

    /// <summary>What was changed on each node.</summary>
    public required IReadOnlyList<PgWalArchivingNode> Nodes { get; init; }

    /// <summary>True where anything was changed or restarted; false where all was as it should be.</summary>
    public bool IsChanged => Configuration.Count > 0 || Nodes.Any(node => node.Changes.Count > 0 || node.Restarted);

    /// <summary>The nodes on which a setting still waits for a restart of PostgreSQL.</summary>
    public IReadOnlyList<string> PendingRestart => [.. Nodes.Where(node => node.PendingRestart).Select(node => node.Node)];

    /// <summary>
    /// The WAL segment that was closed to see whether it arrives, and did, in every repository. Where nothing was changed, the last one that the server had
    /// archived by itself; null where archiving is not on yet, since a restart is pending.
    /// </summary>
    public string? ArchivedWal { get; init; }

    /// <summary>When it was archived, by the primary's clock.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
