using System.Text;

namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>A destination that hands on each line as soon as it is whole. What comes after the last line's end is not handed on.</summary>
/// <param name="onLine">Takes a line, without its end.</param>
internal sealed class LineStream(Action<string> onLine) : WriteOnlyStream
{
    private readonly MemoryStream _open = new();

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

    protected override void Dispose(bool disposing)
    {
        _open.Dispose();
        base.Dispose(disposing);
    }
}
