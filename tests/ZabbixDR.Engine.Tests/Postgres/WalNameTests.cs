using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Tests.Postgres;

public sealed class WalNameTests
{
    [Theory]
    [InlineData("00000002000000000000001F", "00000002000000000000001F")]
    [InlineData("00000002000000000000001F.00000028.backup", "00000002000000000000001F")]
    [InlineData("00000003.history", null)]
    [InlineData("00000002000000000000001F.partial", null)]
    [InlineData(null, null)]
    public void What_is_archived_names_the_segment_that_is_there_for_sure(string? archived, string? segment) => Assert.Equal(segment, WalName.SegmentOf(archived));

    [Theory]
    [InlineData("00000002000000000000001F", true)]
    [InlineData("000000020000000000000020", true)]
    [InlineData("000000030000000000000001", true)]
    [InlineData("00000002000000000000001E", false)]
    [InlineData("00000003.history", false)]
    [InlineData(null, false)]
    public void A_segment_or_a_later_one_reaches_it(string? archived, bool reaches) => Assert.Equal(reaches, WalName.Reaches(archived, "00000002000000000000001F"));
}
