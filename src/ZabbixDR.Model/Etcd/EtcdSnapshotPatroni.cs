namespace ZabbixDR;

/// <summary>What a snapshot holds of one Patroni cluster: the state that a restore brings back.</summary>
public sealed record EtcdSnapshotPatroni
{
    /// <summary>The folder of its keys: Patroni's namespace and scope, such as <c>/service/zabbix</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The system identifier of the PostgreSQL cluster that it belongs to; null where none was initialised yet.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>Who led; null where nobody did.</summary>
    public string? Leader { get; init; }

    /// <summary>Who led when the synchronous standbys were last written down; null where replication is asynchronous.</summary>
    public string? SyncLeader { get; init; }

    /// <summary>The synchronous standbys: each may be promoted without losing a commit, as of the snapshot.</summary>
    public IReadOnlyList<string> SyncStandbys { get; init; } = [];

    /// <summary>The dynamic configuration, as JSON; null where there is none.</summary>
    public string? Configuration { get; init; }

    /// <summary>The folder, and who led.</summary>
    public override string ToString() => $"{Path} ({(Leader is null ? "no leader" : $"leader {Leader}")})";
}
