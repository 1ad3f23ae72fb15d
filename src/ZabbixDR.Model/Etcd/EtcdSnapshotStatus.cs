namespace ZabbixDR;

/// <summary>What a check of a snapshot file found.</summary>
public enum EtcdSnapshotStatus
{
    /// <summary>The checksum is right and the database's head is sound.</summary>
    Valid,

    /// <summary>A database, but without the checksum at its end: copied from a data directory, or cut.</summary>
    ChecksumMissing,

    /// <summary>The content differs from what the checksum at its end says.</summary>
    ChecksumMismatch,

    /// <summary>The file ends before the database does.</summary>
    Truncated,

    /// <summary>No etcd database at all, or one whose head cannot be made sense of.</summary>
    NotASnapshot,
}
