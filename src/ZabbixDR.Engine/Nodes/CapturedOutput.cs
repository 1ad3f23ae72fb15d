using System.Buffers;
using System.Text;

namespace ZabbixDR.Engine.Nodes;

/// <summary>What a command prints, as the bytes that come, in pieces: one array that grows would be copied again and again.</summary>
internal sealed class CapturedOutput
{
    // Most commands print less than the first; the others are as large as an array may be outside the large object heap, about.
    private const int FirstPiece = 4 << 10;
    private const int LaterPieces = 64 << 10;
    private Piece? _first;
    private Piece? _last;

    /// <summary>How many bytes came.</summary>
    public long Length { get; private set; }

    /// <summary>All that came.</summary>
    public ReadOnlySequence<byte> Bytes => _first is null ? default : new ReadOnlySequence<byte>(_first, 0, _last!, _last!.Memory.Length);

    /// <summary>All that came, as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_last is null || _last.Room.IsEmpty)
            {
                _last = new Piece(_last, _last is null ? FirstPiece : LaterPieces);
                _first ??= _last;
            }

            return _last.Room;
        }
    }

    /// <summary>Takes the bytes that were put into <see cref="Room"/>.</summary>
    public void Take(int count)
    {
        _last!.Take(count);
        Length += count;
    }

    /// <summary>Forgets all that came.</summary>
    public void Clear() => (_first, _last, Length) = (null, null, 0);

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        private readonly byte[] _bytes;

        public Piece(Piece? before, int size)
        {
            _bytes = new byte[size];
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }

        public Memory<byte> Room => _bytes.AsMemory(Memory.Length);

        public void Take(int count) => Memory = _bytes.AsMemory(0, Memory.Length + count);
    }
}
