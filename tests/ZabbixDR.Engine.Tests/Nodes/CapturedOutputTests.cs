using System.Buffers;
using System.Text;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class CapturedOutputTests
{
    // Three bytes a character, so that characters fall over the edges of pieces.
    private static readonly string s_text = string.Concat(Enumerable.Repeat("\u20ac7", 50_000));

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    public void What_comes_in_parts_of_any_size_is_whole_as_bytes_and_as_text(int most)
    {
        var captured = Capture(s_text, most);

        Assert.Equal(Encoding.UTF8.GetBytes(s_text), captured.Bytes.ToArray());
        Assert.Equal(s_text, captured.Text);
        Assert.Equal(captured.Bytes.Length, captured.Length);
    }

    [Fact]
    public void Forgotten_it_begins_anew()
    {
        var captured = Capture(s_text, 1000);
        captured.Clear();
        Assert.Equal((0, "", 0L), (captured.Length, captured.Text, captured.Bytes.Length));
    }

    [Fact]
    public void A_result_tells_the_same_as_text_and_as_bytes_also_where_another_text_takes_its_place()
    {
        var result = new CommandResult(0, Capture("printed", 100), "");

        Assert.Equal("printed"u8.ToArray(), result.Bytes.ToArray());
        Assert.Equal("printed", result.Output);
        Assert.Equal("other"u8.ToArray(), (result with { Output = "other" }).Bytes.ToArray());
    }

    private static CapturedOutput Capture(string text, int most)
    {
        var (captured, bytes) = (new CapturedOutput(), Encoding.UTF8.GetBytes(text).AsMemory());
        while (!bytes.IsEmpty)
        {
            var part = Math.Min(most, Math.Min(bytes.Length, captured.Room.Length));
            bytes[..part].CopyTo(captured.Room);
            captured.Take(part);
            bytes = bytes[part..];
        }

        return captured;
    }
}
