using System.Text;
using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class MarkedStreamTests
{
    private const string Mark = "0123456789ABCDEF";

    // A mark that comes in pieces, and bytes that look like its beginning.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8192)]
    public async Task A_part_ends_at_its_mark_however_it_comes(int piece)
    {
        var first = string.Concat(Enumerable.Range(0, 5000).Select(number => $"{number} 0123\n")) + Mark[..^1];
        var source = new Pieces(Encoding.ASCII.GetBytes($"{first}{Mark}42\nsecond{Mark}\n"), piece);

        var part = new MarkedStream(source, Encoding.ASCII.GetBytes(Mark));
        using var reader = new StreamReader(part, Encoding.ASCII);

        Assert.Equal(first, await reader.ReadToEndAsync());
        Assert.Equal("42", part.Trailer);
    }

    [Fact]
    public async Task What_ends_before_its_mark_has_no_trailer_and_loses_nothing()
    {
        var part = new MarkedStream(new Pieces(Encoding.ASCII.GetBytes("begun" + Mark[..5]), 4), Encoding.ASCII.GetBytes(Mark));
        using var reader = new StreamReader(part, Encoding.ASCII);

        Assert.Equal("begun" + Mark[..5], await reader.ReadToEndAsync());
        Assert.Null(part.Trailer);
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
