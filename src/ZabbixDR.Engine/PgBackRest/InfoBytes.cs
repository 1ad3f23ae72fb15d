using System.Buffers;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What a command prints, as the bytes that come, in pieces: one array that grows would be copied again and again.</summary>
internal sealed class InfoBytes : Stream
{
    private const int PieceSize = 64 << 10;
    private Piece? _first;
    private Piece? _last;

    /// <summary>All that has come.</summary>
    public ReadOnlySequence<byte> Content => _first is null ? default : new ReadOnlySequence<byte>(_first, 0, _last!, _last!.Memory.Length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Content.Length;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (_last is null || _last.Room == 0)
            {
                _last = new Piece(_last);
                _first ??= _last;
            }

            var part = buffer[..Math.Min(buffer.Length, _last.Room)];
            _last.Add(part);
            buffer = buffer[part.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        private readonly byte[] _bytes = new byte[PieceSize];

        public Piece(Piece? before)
        {
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }

        public int Room => PieceSize - Memory.Length;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan(Memory.Length));
            Memory = _bytes.AsMemory(0, Memory.Length + bytes.Length);
        }
    }
}
