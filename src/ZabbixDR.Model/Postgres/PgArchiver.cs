namespace ZabbixDR;

/// <summary>The WAL archiver of one PostgreSQL server: its view pg_stat_archiver and the settings that rule it.</summary>
public sealed record PgArchiver
{
    /// <summary>The node that was asked.</summary>
    public required string Node { get; init; }

    /// <summary>True where the server is a standby, whose archiver does nothing unless the mode is <see cref="PgArchiveMode.Always"/>.</summary>
    public required bool IsInRecovery { get; init; }

    /// <summary>Whether WAL is archived at all.</summary>
    public required PgArchiveMode ArchiveMode { get; init; }

    /// <summary>The command that archives a segment; null where none is set.</summary>
    public string? ArchiveCommand { get; init; }

    /// <summary>The library that archives in the command's place (PostgreSQL 15 and later); null where none is set.</summary>
    public string? ArchiveLibrary { get; init; }

    /// <summary>After how long a segment that is not full is archived all the same; null where it waits until it is full.</summary>
    public TimeSpan? ArchiveTimeout { get; init; }

    /// <summary>How many files were archived since <see cref="StatisticsSince"/>.</summary>
    public required long ArchivedCount { get; init; }

    /// <summary>The last file archived; null where none was.</summary>
    public string? LastArchivedWal { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastArchivedTime { get; init; }

    /// <summary>How many attempts failed since <see cref="StatisticsSince"/>.</summary>
    public required long FailedCount { get; init; }

    /// <summary>The file of the last failed attempt. It stays after archiving has recovered: compare the times.</summary>
    public string? LastFailedWal { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastFailedTime { get; init; }

    /// <summary>True where the last attempt failed: the last failure is later than the last success.</summary>
    public bool IsFailing => LastFailedTime is { } failed && !(LastArchivedTime > failed);

    /// <summary>How many files wait to be archived (*.ready).</summary>
    public long WaitingCount { get; init; }

    /// <summary>How many bytes of WAL they are.</summary>
    public long WaitingBytes { get; init; }

    /// <summary>For how long the oldest of them has waited; null where none waits.</summary>
    public TimeSpan? OldestWaiting { get; init; }

    /// <summary>
    /// pgBackRest's archive-push-queue-max on the node, in bytes: where more waits, WAL is dropped. Null where it is not set, and where
    /// this login may not read pgbackrest.conf.
    /// </summary>
    public long? PushQueueMax { get; init; }

    /// <summary>When the counts were last set to zero.</summary>
    public DateTimeOffset? StatisticsSince { get; init; }

    /// <summary>The server's own clock when it was asked.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
}
