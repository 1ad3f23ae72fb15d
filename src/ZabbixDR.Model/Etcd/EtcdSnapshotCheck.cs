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

    /// <summary>The size of the database in bytes, without the checksum; null where the file is no database.</summary>
    public long? DatabaseSize { get; init; }

    /// <summary>The revision of the key space in the file; null where it is not sound.</summary>
    public long? Revision { get; init; }

    /// <summary>The hash of all keys and values, the one that <c>etcdutl snapshot status</c> tells; null where the file is not sound.</summary>
    public uint? Hash { get; init; }

    /// <summary>How many keys there are, as <c>etcdutl snapshot status</c> of etcd 3.6 counts; null where the file is not sound.</summary>
    public long? TotalKeys { get; init; }

    /// <summary>How many entries all buckets have, older revisions included, which etcdutl and etcdctl up to 3.5 call totalKey; null likewise.</summary>
    public long? TotalEntries { get; init; }

    /// <summary>The version of the storage format; null before etcd 3.6.</summary>
    public string? StorageVersion { get; init; }

    /// <summary>The version of the cluster that it was taken from; null where the file does not say.</summary>
    public string? ClusterVersion { get; init; }

    /// <summary>Whether the cluster asks who one is; null where the file is not sound.</summary>
    public bool? AuthEnabled { get; init; }

    /// <summary>The number of the last change to users, roles and passwords; null where the file does not say.</summary>
    public long? AuthRevision { get; init; }

    /// <summary>The users that come back with it.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>What users and roles may, each in a line.</summary>
    public IReadOnlyList<string> Grants { get; init; } = [];

    /// <summary>The folders that keys lie in: each key up to its last slash.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The members of the cluster that it was taken from; empty text for one that had not started.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>What Patroni kept there, a scope each.</summary>
    public IReadOnlyList<EtcdSnapshotPatroni> Patroni { get; init; } = [];

    /// <summary>The SHA-256 of the database, as the file's last 32 bytes say it, in hexadecimal; null where the file has none.</summary>
    public string? ExpectedSha256 { get; init; }

    /// <summary>The SHA-256 of the database as it is, in hexadecimal; null where the file is no database.</summary>
    public string? ActualSha256 { get; init; }

    /// <summary>How long the check took.</summary>
    public required TimeSpan Elapsed { get; init; }
}
