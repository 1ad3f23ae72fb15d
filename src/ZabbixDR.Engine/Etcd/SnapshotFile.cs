using System.Buffers;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using ZabbixDR.Engine.Etcd.Bolt;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Checks a snapshot file, whoever made it.</summary>
public static class SnapshotFile
{
    private const int BufferSize = 1024 * 1024;
    private const string Another = "Do not restore from it; take another snapshot or a copy.";

    // bbolt's pages are multiples of this: what is left over is the checksum. The rule is etcdutl's own (snapshot/v3_snapshot.go).
    private const int SizeUnit = 512;

    /// <summary>
    /// Reads the whole file and compares it with the checksum at its end, and walks the database in it meanwhile. Takes about a second a
    /// gigabyte from a warm cache, else what the storage takes.
    /// </summary>
    /// <exception cref="DrException"><c>SnapshotFileMissing</c>, <c>SnapshotFileUnreadable</c>.</exception>
    public static async Task<EtcdSnapshotCheck> CheckAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            return await ReadAsync(path, file, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SnapshotErrors.SnapshotFileMissing(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnapshotErrors.SnapshotFileUnreadable(path, error);
        }
    }

    private static async Task<EtcdSnapshotCheck> ReadAsync(string path, SafeFileHandle file, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var length = RandomAccess.GetLength(file);
        var check = new EtcdSnapshotCheck { Path = path, Status = EtcdSnapshotStatus.Valid, Size = length, Elapsed = default };
        try
        {
            using var database = BoltFile.Open(file, length);
            check = Sized(check with { DatabaseSize = database.Meta.Size }, database.Meta.Size);
            if (check.Status is EtcdSnapshotStatus.Valid or EtcdSnapshotStatus.ChecksumMissing)
            {
                check = await ReadAsync(check, file, database, cancellation).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException error)
        {
            check = check with { Status = EtcdSnapshotStatus.NotASnapshot, Reason = $"{Sentence(error)}. {Another}" };
        }

        return check with { Elapsed = clock.Elapsed };
    }

    // The checksum and the pages on two processors: neither waits for the other's bytes, which the first of them brings into the cache.
    private static async Task<EtcdSnapshotCheck> ReadAsync(EtcdSnapshotCheck check, SafeFileHandle file, BoltFile database, CancellationToken cancellation)
    {
        var content = new SnapshotContent();
        var walk = Task.Run(() => Walk(database, content, cancellation), cancellation);
        var hash = Task.Run(() => check.Status is EtcdSnapshotStatus.Valid ? Hash(file, cancellation) : null, cancellation);

        // Both have left the file when this returns, whatever became of either.
        await Task.WhenAll(walk, hash).ConfigureAwait(false);
        var damage = await walk.ConfigureAwait(false);
        check = await hash.ConfigureAwait(false) is { } digest ? Summed(check, digest) : check;
        return (check.Status, damage) switch
        {
            (EtcdSnapshotStatus.ChecksumMismatch, null) => check,
            (EtcdSnapshotStatus.ChecksumMismatch, _) => check with { Reason = $"{check.Reason} {Sentence(damage)}." },
            (_, null) => content.AddTo(check),
            _ => check with { Status = EtcdSnapshotStatus.Damaged, Reason = $"{Sentence(damage)}. {Another}" },
        };
    }

    private static InvalidDataException? Walk(BoltFile database, SnapshotContent content, CancellationToken cancellation)
    {
        try
        {
            BoltWalk.Run(database, content, cancellation);
            return null;
        }
        catch (InvalidDataException damage)
        {
            return damage;
        }
    }

    private static string Sentence(InvalidDataException error) => $"{char.ToUpperInvariant(error.Message[0])}{error.Message[1..]}";

    private static EtcdSnapshotCheck Sized(EtcdSnapshotCheck check, long database) => check.Size switch
    {
        var size when size < database => check with
        {
            Status = EtcdSnapshotStatus.Truncated,
            Reason = $"It has {size} bytes, and its database alone has {database}: the rest is missing. {Another}",
        },
        var size when size % SizeUnit == 0 => check with
        {
            Status = EtcdSnapshotStatus.ChecksumMissing,
            Reason = "It is a database without the checksum that a snapshot ends with: copied from a data directory, or cut. Nothing proves that it is whole.",
        },
        var size when size % SizeUnit != SnapshotHash.ChecksumSize => check with
        {
            Status = EtcdSnapshotStatus.Truncated,
            Reason = $"It has {size} bytes: not a whole number of {SizeUnit} and then the {SnapshotHash.ChecksumSize} of the checksum. {Another}",
        },
        _ => check,
    };

    private static EtcdSnapshotCheck Summed(EtcdSnapshotCheck check, SnapshotDigest digest) => check with
    {
        ExpectedSha256 = digest.Expected,
        ActualSha256 = digest.Actual,
        Status = digest.IsSound ? EtcdSnapshotStatus.Valid : EtcdSnapshotStatus.ChecksumMismatch,
        Reason = digest.IsSound ? null : $"Its content is not what was saved: the SHA-256 differs. {Another}",
    };

    private static SnapshotDigest Hash(SafeFileHandle file, CancellationToken cancellation)
    {
        using var hash = new SnapshotHash();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var offset = 0L;
            for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, read));
            }

            return hash.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
