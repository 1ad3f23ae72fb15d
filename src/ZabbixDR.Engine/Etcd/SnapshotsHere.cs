using ZabbixDR.Engine.Etcd.Bolt;

namespace ZabbixDR.Engine.Etcd;

/// <summary>The snapshots that are kept in a folder of this machine.</summary>
internal static class SnapshotsHere
{
    /// <summary>Lists them, the newest first.</summary>
    /// <param name="folder">The existing folder.</param>
    /// <param name="members">The names that members have.</param>
    /// <exception cref="DrException"><c>SnapshotFileUnreadable</c>, of the folder.</exception>
    public static IReadOnlyList<EtcdSnapshotFile> List(string folder, IReadOnlyList<string> members)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFiles($"{SnapshotName.Prefix}*{SnapshotName.Extension}").Select(file => Describe(file, members)).OrderByDescending(file => file.CreatedAt)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnapshotErrors.SnapshotFileUnreadable(folder, error);
        }
    }

    /// <summary>Checks the whole file.</summary>
    /// <exception cref="DrException">Those of <see cref="SnapshotFile.CheckAsync"/>.</exception>
    public static async Task<EtcdSnapshotFile> VerifyAsync(EtcdSnapshotFile file, CancellationToken cancellation)
    {
        var check = await SnapshotFile.CheckAsync(file.Path, cancellation).ConfigureAwait(false);
        return file with { Status = check.Status, Reason = check.Reason };
    }

    private static EtcdSnapshotFile Describe(FileInfo file, IReadOnlyList<string> members)
    {
        var (at, member) = SnapshotName.Read(file.Name, members);
        var described = new EtcdSnapshotFile { Path = file.FullName, Member = member, CreatedAt = at ?? file.LastWriteTimeUtc, Size = file.Length };
        try
        {
            using var handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var database = BoltFile.Open(handle, file.Length - SnapshotHash.ChecksumSize);
            return described with { Revision = database.Revision() };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return described with { Reason = $"No revision can be read from it: {error.Message}." };
        }
    }
}
