namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// Takes what an SSH channel gives, in place of SSH.NET's own stream, which can be read only by a thread that waits (two of them for
/// each command) and copies a long stream twice. Written to by the connection's own thread, and read without one; or handed on by that
/// thread to where it ends, so that a slow destination holds the sender back instead of filling memory.
/// </summary>
internal sealed class ChannelOutput : Stream
{
    private readonly object _sync = new();
    private readonly TaskCompletionSource _copied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _kept = [];
    private int _head;
    private int _tail;
    private TaskCompletionSource? _arrival;
    private Stream? _destination;
    private bool _isHandingOn;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Hands on all that came and all that comes; nothing can be read here any more.</summary>
    /// <returns>Ends with the channel, once nothing more is written to the destination; fails where that does.</returns>
    public Task HandOnAsync(Stream destination)
    {
        ReadOnlyMemory<byte> first;
        lock (_sync)
        {
            _destination = destination;
            _isHandingOn = true;
            first = _kept.AsMemory(_head, _tail - _head);
            (_kept, _head, _tail) = ([], 0, 0);
        }

        return Task.WhenAll(Task.Run(() => HandOn(first.Span)), _copied.Task);
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrival;
            lock (_sync)
            {
                if (_head < _tail || _ended || buffer.IsEmpty)
                {
                    return Take(buffer.Span);
                }

                arrival = (_arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // SSH.NET takes an exception here for the connection's: a destination's own goes to whoever waits for the copy.
    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_sync)
        {
            while (_isHandingOn && !_ended)
            {
                Monitor.Wait(_sync);
            }

            if (_ended)
            {
                return;
            }

            if (_destination is null)
            {
                Keep(buffer.AsSpan(offset, count));
                Wake();
                return;
            }

            _isHandingOn = true;
        }

        HandOn(buffer.AsSpan(offset, count));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // By SSH.NET at the channel's end. What came before can still be read.
    protected override void Dispose(bool disposing)
    {
        lock (_sync)
        {
            _ended = true;
            Wake();
            EndCopyIfIdle();
            Monitor.PulseAll(_sync);
        }

        base.Dispose(disposing);
    }

    private void HandOn(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _destination!.Write(bytes);
        }
        catch (Exception error)
        {
            _copied.TrySetException(error);
        }

        lock (_sync)
        {
            _isHandingOn = false;
            _ended |= _copied.Task.IsFaulted;
            EndCopyIfIdle();
            Monitor.PulseAll(_sync);
        }
    }

    private void EndCopyIfIdle()
    {
        if (_ended && !_isHandingOn)
        {
            _copied.TrySetResult();
        }
    }

    private void Wake()
    {
        _arrival?.TrySetResult();
        _arrival = null;
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _tail - _head);
        _kept.AsSpan(_head, count).CopyTo(buffer);
        _head += count;
        if (_head == _tail)
        {
            (_head, _tail) = (0, 0);
        }

        return count;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var length = _tail - _head;
        if (_tail + bytes.Length > _kept.Length)
        {
            var room = length + bytes.Length <= _kept.Length / 2 ? _kept : new byte[Math.Max(1024, 2 * (length + bytes.Length))];
            Buffer.BlockCopy(_kept, _head, room, 0, length);
            (_kept, _head, _tail) = (room, 0, length);
        }

        bytes.CopyTo(_kept.AsSpan(_tail));
        _tail += bytes.Length;
    }
}
