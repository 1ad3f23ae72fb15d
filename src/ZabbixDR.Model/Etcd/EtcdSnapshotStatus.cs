namespace ZabbixDR;

/// <summary>What a check of a snapshot file found.</summary>
public enum EtcdSnapshotStatus
{
    /// <summary>The checksum is right, and every page of the database is sound.</summary>
    Valid,

    /// <summary>A database whose pages are sound, but without the checksum at its end: copied from a data directory, or cut.</summary>
    ChecksumMissing,

    /// <summary>The content differs from what the checksum at its end says.</summary>
    ChecksumMismatch,

    /// <summary>The file ends before the database does.</summary>
    Truncated,

    /// <summary>No bbolt database at all.</summary>
    NotASnapshot,

    /// <summary>A database that cannot be made sense of; the reason says where.</summary>
    Damaged,
}
