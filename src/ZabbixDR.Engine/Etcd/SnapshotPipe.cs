using System.Buffers;
using Microsoft.Win32.SafeHandles;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// Takes a snapshot's stream to disk: while the network fills one buffer, the other is hashed and written, and what was
/// written goes to the disk in the background, so that little is left for the sync at the end. Memory does not grow with the
/// database.
/// </summary>
internal sealed class SnapshotPipe : IAsyncDisposable
{
    /// <summary>
    /// How much the member may send, to begin with, before we have taken it. The HTTP stack raises it where the line is long; what
    /// stands waiting in it is memory.
    /// </summary>
    public const int WindowSize = 1024 * 1024;

    private const int BufferSize = 256 * 1024;
    private const long PushEvery = 32L * 1024 * 1024;
    private readonly SafeFileHandle _file;
    private readonly SnapshotHash _hash = new();
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(BufferSize);
    private byte[] _draining = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _filled;
    private long _written;
    private long _pushed;
    private Task _drain = Task.CompletedTask;
    private Task _push = Task.CompletedTask;

    /// <summary>Writes to the file, from its start.</summary>
    public SnapshotPipe(SafeFileHandle file) => _file = file;

    /// <summary>Takes the next bytes; waits where the disk is slower than the network.</summary>
    /// <exception cref="IOException">An earlier buffer could not be written.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = Math.Min(bytes.Length, _filling.Length - _filled);
            bytes[..part].CopyTo(_filling.AsMemory(_filled));
            bytes = bytes[part..];
            _filled += part;
            if (_filled == _filling.Length)
            {
                await HandOverAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes what is left. The file still has to be synced.</summary>
    /// <returns>The file's length and its checksums.</returns>
    public async Task<(long Length, SnapshotDigest Digest)> FinishAsync()
    {
        await HandOverAsync().ConfigureAwait(false);
        await _drain.ConfigureAwait(false);
        await _push.ConfigureAwait(false);
        return (_written, _hash.Finish());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The file is about to be closed: nothing may still be at work on it, whatever became of it.
        await Task.WhenAll(_drain, _push).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_filling);
        ArrayPool<byte>.Shared.Return(_draining);
    }

    private async Task HandOverAsync()
    {
        await _drain.ConfigureAwait(false);
        (_filling, _draining) = (_draining, _filling);
        var length = _filled;
        _filled = 0;
        _drain = Task.Run(() => Drain(_draining.AsSpan(0, length)));
    }

    private void Drain(ReadOnlySpan<byte> bytes)
    {
        _hash.Append(bytes);
        RandomAccess.Write(_file, bytes, _written);
        _written += bytes.Length;
        if (_written - _pushed >= PushEvery)
        {
            // Whoever waits here would wait at the end: it all has to reach the disk. And the cache stays small.
            _push.GetAwaiter().GetResult();
            var (from, length) = (_pushed, _written - _pushed);
            _pushed = _written;
            _push = Task.Run(() => WriteBehind.Push(_file, from, length));
        }
    }
}
