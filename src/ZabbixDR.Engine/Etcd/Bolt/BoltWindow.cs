using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>
/// The part of a file that is in memory. The file is read, not mapped: a mapped file that somebody cuts, or whose storage fails, ends
/// the whole process with a bus error.
/// </summary>
internal sealed class BoltWindow : IDisposable
{
    /// <summary>The most that can be asked for at once: a page's longest table of elements fits.</summary>
    public const int Size = 1024 * 1024;

    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Size);
    private long _start;
    private int _filled;

    public BoltWindow(SafeFileHandle file, long length)
    {
        _file = file;
        _length = length;
    }

    /// <summary>Bytes of the file. They stand until the next call.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">How many; <see cref="Size"/> at most.</param>
    /// <param name="end">Up to where more of them will be asked for: that much is read with them.</param>
    /// <exception cref="InvalidDataException">The file ends before they do.</exception>
    public ReadOnlySpan<byte> At(long offset, int count, long end)
    {
        if (offset < _start || offset + count > _start + _filled)
        {
            BoltDamage.Unless(offset >= 0 && offset <= _length - count, offset, "the file ends before its page does");
            Fill(offset, (int)Math.Clamp(Math.Min(end, _length) - offset, count, Size));
        }

        return _buffer.AsSpan((int)(offset - _start), count);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Fill(long offset, int count)
    {
        (_start, _filled) = (offset, 0);
        while (_filled < count)
        {
            var read = RandomAccess.Read(_file, _buffer.AsSpan(_filled, count - _filled), offset + _filled);
            BoltDamage.Unless(read > 0, offset, "the file ends before its page does");
            _filled += read;
        }
    }
}
