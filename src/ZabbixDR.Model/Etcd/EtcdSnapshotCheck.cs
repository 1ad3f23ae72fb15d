namespace ZabbixDR;

/// <summary>The verdict on a snapshot file.</summary>
public sealed record EtcdSnapshotCheck
{
    /// <summary>The file, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The verdict.</summary>
    public required EtcdSnapshotStatus Status { get; init; }

    /// <summary>Why it is not <see cref="EtcdSnapshotStatus.Valid"/>, and what to do; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The revision of the key space in the file; null where it is not sound.</summary>
    public long? Revision { get; init; }

    /// <summary>The SHA-256 of the database, as the file's last 32 bytes say it, in hexadecimal; null where the file has none.</summary>
    public string? ExpectedSha256 { get; init; }

    /// <summary>The SHA-256 of the database as it is, in hexadecimal; null where the file is no database.</summary>
    public string? ActualSha256 { get; init; }

    /// <summary>How long the check took.</summary>
    public required TimeSpan Elapsed { get; init; }
}
