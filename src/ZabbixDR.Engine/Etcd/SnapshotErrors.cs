namespace ZabbixDR.Engine.Etcd;

/// <summary>What can go wrong with a snapshot and its file. After each of these nothing stands under the final name.</summary>
internal static class SnapshotErrors
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static DrException SnapshotDirectoryUnset() => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Finding the directory for etcd's snapshots",
        "the topology file does not say",
        "Set etcd.snapshots.directory there, or give -Destination.");

    public static DrException SnapshotDirectoryMissing(string folder) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Looking for {folder}, where etcd's snapshots are kept,",
        "there is no such directory on this machine",
        $"Create it (install -d -m 0700 {folder}), or correct etcd.snapshots.directory or -Destination.");

    public static DrException SnapshotDiskFull(EtcdTarget target, string folder, long needed, long free) => DrException.Of(
        DrErrorKind.DiskFull,
        target.Name,
        $"Saving a snapshot into {folder} of this machine, taken",
        $"it needs {ByteSize.ToText(needed)}, and {ByteSize.ToText(free)} are free there",
        "Make room, remove old snapshots, or give another -Destination.");

    public static DrException SnapshotStreamBroken(EtcdTarget target, long received, long? total, DrException cause) => DrException.Of(
        cause.Kind is DrErrorKind.Remote ? DrErrorKind.Unreachable : cause.Kind,
        target.Name,
        $"Receiving the snapshot from {target.Endpoint}",
        $"the stream broke after {ByteSize.ToText(received)}{(total is { } all ? $" of {ByteSize.ToText(all)}" : "")}: {EtcdErrors.Innermost(cause.InnerException ?? cause)}",
        "Nothing was kept. See with Test-EtcdEndpoint whether the member is up, and try again: another member is chosen then.",
        cause);

    public static DrException SnapshotChecksumWrong(EtcdTarget target, long size, SnapshotDigest digest) => DrException.Of(
        DrErrorKind.InvalidData,
        target.Name,
        $"Checking the snapshot of {ByteSize.ToText(size)} received from {target.Endpoint}",
        $"its SHA-256 is {digest.Actual}, and the member says {digest.Expected}",
        "Nothing was kept. Try again; if it comes back, look for bad memory or storage on the member and here.");

    public static DrException SnapshotUnsound(EtcdTarget target, string reason) => DrException.Of(
        DrErrorKind.InvalidData,
        target.Name,
        $"Checking the snapshot received from {target.Endpoint}",
        $"its checksum is right, but {reason}",
        "Nothing was kept. Take it from another member with -Endpoint, and look at this one's log.");

    public static DrException SnapshotUnwritable(EtcdTarget target, string folder, Exception cause) => DrException.Of(
        cause is UnauthorizedAccessException ? DrErrorKind.Permission : DrErrorKind.Remote,
        target.Name,
        $"Writing a snapshot into {folder} of this machine, taken",
        cause.Message,
        "Check that you may write there and that its storage works.",
        cause);

    public static DrException SnapshotCopyMissing(string node, string path) => DrException.Of(
        DrErrorKind.NotFound,
        node,
        $"Fetching the snapshot {path}",
        "there is no such file",
        "List what there is: Get-EtcdSnapshot.");

    public static DrException SnapshotCopyWrong(string node, string path, string expected, string found) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Proving the copy {path}",
        $"its SHA-256 is {found}, and the snapshot's is {expected}",
        "Remove it and do not restore from it; look for bad memory or storage there.");

    /// <summary>Opens a snapshot of this machine to be copied.</summary>
    /// <exception cref="DrException"><c>SnapshotFileUnreadable</c>.</exception>
    public static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnapshotFileUnreadable(file, error);
        }
    }

    public static DrException SnapshotFileMissing(string file) => DrException.Of(
        DrErrorKind.NotFound,
        null,
        $"Checking the snapshot {file}",
        "there is no such file",
        "List what there is in its directory.");

    public static DrException SnapshotFileUnreadable(string file, Exception cause) => DrException.Of(
        DrErrorKind.Permission,
        null,
        $"Reading the snapshot {file}",
        cause.Message,
        "Run as a user that may read it; snapshots are written for their owner alone.",
        cause);

    /// <summary>True where the file system had no room left, or the user's quota of it is used up.</summary>
    public static bool IsDiskFull(IOException error) => error.HResult is NoSpaceLeft or QuotaExceeded or WindowsDiskFull;
}
