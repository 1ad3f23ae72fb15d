namespace ZabbixDR;

/// <summary>
/// A standby as the primary sees it, with its own word where it answers; a replication slot that nobody uses, which holds WAL back all the
/// same, and a node of the topology that does not replicate are listed too.
/// </summary>
public sealed record PgStandby
{
    /// <summary>The name that it connected with (application_name; Patroni's members their own), or the node's, or the slot's.</summary>
    public required string Name { get; init; }

    /// <summary>The topology's node; null where it is none of them.</summary>
    public string? Node { get; init; }

    /// <summary>The primary.</summary>
    public required string Primary { get; init; }

    /// <summary>The timeline that the primary writes.</summary>
    public required int Timeline { get; init; }

    /// <summary>The address that it connected from; null where it is not connected, as with all that follows.</summary>
    public string? Address { get; init; }

    /// <summary>What is done for it.</summary>
    public PgReplicationState? State { get; init; }

    /// <summary>Whether a commit waits for it.</summary>
    public PgSyncState? SyncState { get; init; }

    /// <summary>How far WAL was sent to it.</summary>
    public PgLsn? SentLsn { get; init; }

    /// <summary>How far it has written.</summary>
    public PgLsn? WriteLsn { get; init; }

    /// <summary>How far it has it on disk.</summary>
    public PgLsn? FlushLsn { get; init; }

    /// <summary>How far it has replayed.</summary>
    public PgLsn? ReplayLsn { get; init; }

    /// <summary>How many bytes its disk is behind the primary: what is lost if the primary is.</summary>
    public long? FlushLagBytes { get; init; }

    /// <summary>How many bytes its replay is behind the primary.</summary>
    public long? ReplayLagBytes { get; init; }

    /// <summary>How long recent WAL took to be on its disk; null where it was idle since.</summary>
    public TimeSpan? FlushLag { get; init; }

    /// <summary>How long recent WAL took to be replayed there; null where it was idle since.</summary>
    public TimeSpan? ReplayLag { get; init; }

    /// <summary>The replication slot; null where it has none.</summary>
    public string? Slot { get; init; }

    /// <summary>True where the slot is in use; null where there is none.</summary>
    public bool? SlotActive { get; init; }

    /// <summary>How many bytes of WAL the slot keeps on the primary.</summary>
    public long? SlotRetainedBytes { get; init; }

    /// <summary>Its own word; null where it does not answer or does not receive.</summary>
    public PgWalReceiver? Receiver { get; init; }

    /// <summary>Why there is no word of its own, or no connection; null where there are both.</summary>
    public string? Reason { get; init; }
}
