using System.Collections.Concurrent;
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

    /// <summary>Checks each file whole, as many at once as there are processors.</summary>
    /// <param name="files">The files.</param>
    /// <param name="failed">Is told of a file that cannot be read; it stays as it was.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<EtcdSnapshotFile>> VerifyAsync(
        IReadOnlyList<EtcdSnapshotFile> files, Action<DrException> failed, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var verified = files.ToArray();
        var failures = new ConcurrentQueue<DrException>();
        var done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, verified.Length), cancellation, async (index, stop) =>
        {
            var (check, failure) = await DrException.TryAsync(() => SnapshotFile.CheckAsync(files[index].Path, stop)).ConfigureAwait(false);
            if (failure is not null)
            {
                failures.Enqueue(failure);
            }

            verified[index] = check is null ? files[index] : files[index] with { Status = check.Status, Reason = check.Reason };
            progress.Report(OperationProgressOf(Interlocked.Increment(ref done), verified.Length));
        }).ConfigureAwait(false);
        foreach (var failure in failures)
        {
            failed(failure);
        }

        return verified;
    }

    private static OperationProgress OperationProgressOf(int done, int all) => new($"{done} of {all} files of this machine", (double)done / all);

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
