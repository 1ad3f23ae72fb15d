using FsCheck.Xunit;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("65", 65)]
    [InlineData("65s", 65)]
    [InlineData("3m", 180)]
    [InlineData("4h", 14400)]
    [InlineData("1d", 86400)]
    public void A_number_and_its_unit_are_read(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5ss")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5w")]
    [InlineData("99999999999999999999s")]
    [InlineData("4000d")]
    public void What_is_no_duration_is_none(string text) => Assert.Null(DurationText.Parse(text));

    [Property]
    public bool What_is_written_is_read_back(ushort seconds) => DurationText.Parse(DurationText.Of(TimeSpan.FromSeconds(seconds))) == TimeSpan.FromSeconds(seconds);
}
