namespace ZabbixDR;

/// <summary>A snapshot that is kept, on the management host or as a copy on a node.</summary>
public sealed record EtcdSnapshotFile
{
    /// <summary>The node that it lies on; null for the management host.</summary>
    public string? Node { get; init; }

    /// <summary>The file, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The member that it was taken from, by the file's name; null where the name names none of the topology.</summary>
    public string? Member { get; init; }

    /// <summary>When it was taken, in UTC: by the file's name, or where that tells none, when the file was last changed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The revision of the key space in it, from the database's head; null on a node, and where it cannot be read.</summary>
    public long? Revision { get; init; }

    /// <summary>What the check of the whole file found; null where it was not asked for with -Verify. On a node it is the checksum's alone.</summary>
    public EtcdSnapshotStatus? Status { get; init; }

    /// <summary>Why it is not <see cref="EtcdSnapshotStatus.Valid"/> or has no revision on the management host; null otherwise.</summary>
    public string? Reason { get; init; }
}
