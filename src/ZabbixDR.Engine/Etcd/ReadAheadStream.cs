using System.Buffers;
using System.Net.Sockets;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// A connection that takes from the socket all that is there. TLS above it asks for one record of 16 KiB at a time, and each
/// question to the socket costs a system call or two and a change of threads: half the processor time of a fast stream.
/// </summary>
internal sealed class ReadAheadStream : Stream
{
    private const int BufferSize = 256 * 1024;
    private readonly NetworkStream _inner;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    public ReadAheadStream(NetworkStream inner) => _inner = inner;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        // A read of nothing asks whether there is something: what was read ahead is, and the socket may stay silent for ever.
        _start < _end ? ValueTask.FromResult(Take(buffer)) : FillAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The HTTP stack reads asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => _inner.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // A read may still be under way on the buffer: it is left to the garbage collector rather than to the next renter.
        _buffer = null;
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Take(Memory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (buffer.Length is 0 or >= BufferSize)
        {
            return await _inner.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }

        _start = 0;
        _end = await _inner.ReadAsync(_buffer, cancellation).ConfigureAwait(false);
        return Take(buffer);
    }
}
