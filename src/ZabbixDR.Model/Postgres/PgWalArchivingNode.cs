namespace ZabbixDR;

/// <summary>What turning WAL archiving on changed on one node.</summary>
public sealed record PgWalArchivingNode
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Patroni's configuration file there.</summary>
    public required string ConfigFile { get; init; }

    /// <summary>What was changed in it.</summary>
    public IReadOnlyList<PgSettingChange> Changes { get; init; } = [];

    /// <summary>The copy of the file as it was before; null where nothing was changed.</summary>
    public string? KeptAs { get; init; }

    /// <summary>True where PostgreSQL was restarted there.</summary>
    public bool Restarted { get; init; }

    /// <summary>True where a setting still waits for a restart of PostgreSQL there.</summary>
    public bool PendingRestart { get; init; }

    /// <summary>Settings of archiving that ALTER SYSTEM fixed there. They win over Patroni's, and agree with them for now.</summary>
    public IReadOnlyDictionary<string, string> AlterSystem { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public override string ToString() => Node;
}
