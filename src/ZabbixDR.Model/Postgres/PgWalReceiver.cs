namespace ZabbixDR;

/// <summary>A standby's own word of its stream: its view pg_stat_wal_receiver.</summary>
public sealed record PgWalReceiver
{
    /// <summary>What it does: streaming, waiting, restarting, …</summary>
    public required string Status { get; init; }

    /// <summary>The timeline that it receives.</summary>
    public int? Timeline { get; init; }

    /// <summary>The last position that the sender told of.</summary>
    public PgLsn? LatestEndLsn { get; init; }

    /// <summary>When the last message came.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>Where it receives from.</summary>
    public string? SenderHost { get; init; }

    /// <summary>The replication slot that it uses.</summary>
    public string? SlotName { get; init; }

    /// <inheritdoc/>
    public override string ToString() => SenderHost is null ? Status : $"{Status} from {SenderHost}";
}
