using System.Text;

namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>A destination that hands on each line as soon as it is whole. What comes after the last line's end is not handed on.</summary>
/// <param name="onLine">Takes a line, without its end.</param>
internal sealed class LineStream(Action<string> onLine) : Stream
{
    private readonly MemoryStream _open = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (var end = buffer.IndexOf((byte)'\n'); end >= 0; end = buffer.IndexOf((byte)'\n'))
        {
            _open.Write(buffer[..end]);
            onLine(Encoding.UTF8.GetString(_open.GetBuffer(), 0, (int)_open.Length));
            _open.SetLength(0);
            buffer = buffer[(end + 1)..];
        }

        _open.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _open.Dispose();
        base.Dispose(disposing);
    }
}
