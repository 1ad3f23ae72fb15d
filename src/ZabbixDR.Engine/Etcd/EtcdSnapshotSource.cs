using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using ZabbixDR.Engine.Etcd.Bolt;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Etcd;

/// <summary>A member that a snapshot is taken from.</summary>
public sealed class EtcdSnapshotSource
{
    private const string Receiving = "Receiving the snapshot";
    private readonly EtcdTarget _target;

    internal EtcdSnapshotSource(EtcdTarget target, IReadOnlyList<string> notes)
    {
        _target = target;
        Notes = notes;
    }

    /// <summary>What a person should know of the cluster before relying on the snapshot.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The member's name.</summary>
    public string Name => _target.Name;

    /// <summary>
    /// Saves a snapshot. The file appears under its final name, mode 0600, only once it is whole, its checksum is right and it is
    /// on disk; after a failure or a cancellation nothing is left.
    /// </summary>
    /// <param name="folder">The existing folder of this machine.</param>
    /// <param name="progress">Told how far it is, by size.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DrException">
    /// <c>SnapshotDiskFull</c>, <c>SnapshotStreamBroken</c>, <c>SnapshotChecksumWrong</c>, <c>SnapshotUnsound</c>,
    /// <c>SnapshotUnwritable</c>, <c>EtcdPasswordWrong</c> and the others of reaching a member.
    /// </exception>
    public async Task<EtcdSnapshot> SaveAsync(string folder, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var started = DateTimeOffset.UtcNow;
        using var connection = EtcdConnection.To(_target);
        var status = await connection.StatusAsync(cancellation).ConfigureAwait(false);
        if (!connection.IsRootByCertificate)
        {
            await connection.LogInAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            RequireSpace(folder, status.DbSize + SnapshotHash.ChecksumSize);
            using var file = DurableFile.Create(folder, SnapshotName.Stem(started, Name), SnapshotName.Extension);
            var (length, digest) = await ReceiveAsync(connection, file, progress, cancellation).ConfigureAwait(false);
            var revision = Verify(file, length, digest);
            await Task.Run(file.Commit, CancellationToken.None).ConfigureAwait(false);
            return new EtcdSnapshot
            {
                Path = file.Path,
                Member = Name,
                Endpoint = _target.Endpoint,
                MemberId = status.Header.MemberId.ToString("x", CultureInfo.InvariantCulture),
                ClusterId = status.Header.ClusterId.ToString("x", CultureInfo.InvariantCulture),
                Revision = revision,
                RaftTerm = status.RaftTerm,
                Size = length,
                Sha256 = digest.WholeFile,
                CreatedAt = started,
                Duration = clock.Elapsed,
                EtcdVersion = status.Version,
            };
        }
        catch (IOException error) when (SnapshotErrors.IsDiskFull(error))
        {
            throw SnapshotErrors.SnapshotDiskFull(_target, folder, status.DbSize + SnapshotHash.ChecksumSize, FreeSpace(folder));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnapshotErrors.SnapshotUnwritable(_target, folder, error);
        }
    }

    private static long FreeSpace(string folder) =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;

    private void RequireSpace(string folder, long needed)
    {
        if (FreeSpace(folder) is var free && free < needed)
        {
            throw SnapshotErrors.SnapshotDiskFull(_target, folder, needed, free);
        }
    }

    private async Task<(long Length, SnapshotDigest Digest)> ReceiveAsync(
        EtcdConnection connection,
        DurableFile file,
        IProgress<OperationProgress> progress,
        CancellationToken cancellation)
    {
        var gauge = new SnapshotProgress(progress);
        var pipe = new SnapshotPipe(file.Handle);
        await using (pipe.ConfigureAwait(false))
        {
            try
            {
                using var call = connection.Snapshot(cancellation);
                while (await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false))
                {
                    var message = call.ResponseStream.Current;
                    await pipe.AppendAsync(message.Blob).ConfigureAwait(false);
                    gauge.Advance(message.Blob.Length, message.RemainingBytes);
                }
            }
            catch (RpcException) when (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }
            catch (RpcException error) when (gauge.Received > 0)
            {
                throw SnapshotErrors.SnapshotStreamBroken(_target, gauge.Received, gauge.Total, connection.Failure(Receiving, error));
            }
            catch (RpcException error)
            {
                throw connection.Failure(Receiving, error);
            }

            return await pipe.FinishAsync().ConfigureAwait(false);
        }
    }

    private long Verify(DurableFile file, long length, SnapshotDigest digest)
    {
        if (!digest.IsSound)
        {
            throw SnapshotErrors.SnapshotChecksumWrong(_target, length, digest);
        }

        try
        {
            using var database = BoltFile.Open(file.Handle, length - SnapshotHash.ChecksumSize);
            return database.Revision();
        }
        catch (InvalidDataException error)
        {
            throw SnapshotErrors.SnapshotUnsound(_target, error.Message);
        }
    }
}
