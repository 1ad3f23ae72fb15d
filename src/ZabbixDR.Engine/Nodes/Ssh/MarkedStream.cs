using System.Text;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>One command's part of what a shell that runs many prints: all up to a mark, the line of which may say more.</summary>
/// <param name="source">What the shell prints, where the part begins.</param>
/// <param name="mark">The mark. It must be such that no command prints it.</param>
internal sealed class MarkedStream(Stream source, ReadOnlyMemory<byte> mark) : Stream
{
    private readonly byte[] _kept = new byte[8192];
    private int _head;
    private int _tail;
    private bool _hasSourceEnded;

    /// <summary>What followed the mark on its line; null until that was read, and where the shell ended before.</summary>
    public string? Trailer { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private Span<byte> Kept => _kept.AsSpan(_head, _tail - _head);

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (Trailer is null)
        {
            if (Own() is > 0 and var own)
            {
                var count = Math.Min(own, buffer.Length);
                Kept[..count].CopyTo(buffer.Span);
                _head += count;
                return count;
            }

            if (!TryEnd())
            {
                if (_hasSourceEnded)
                {
                    return 0;
                }

                await FillAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // How many of the bytes are the command's for certain: the last may be the first of the mark.
    private int Own()
    {
        var marked = Kept.IndexOf(mark.Span);
        return marked >= 0 ? marked : _hasSourceEnded ? Kept.Length : Kept.Length - mark.Length + 1;
    }

    private bool TryEnd()
    {
        if (!Kept.StartsWith(mark.Span) || Kept.IndexOf((byte)'\n') is not (>= 0 and var end))
        {
            return false;
        }

        Trailer = Encoding.ASCII.GetString(Kept[mark.Length..end]);
        return true;
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        Kept.CopyTo(_kept);
        (_head, _tail) = (0, _tail - _head);
        var read = await source.ReadAsync(_kept.AsMemory(_tail), cancellation).ConfigureAwait(false);
        _tail += read;
        _hasSourceEnded = read == 0;
    }
}
