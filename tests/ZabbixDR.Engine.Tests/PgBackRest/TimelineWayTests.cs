using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class TimelineWayTests
{
    private const long Size = WalSegment.DefaultSize;

    [Fact]
    public void A_history_file_gives_the_way_and_the_timeline_of_each_segment()
    {
        var way = TimelineWay.Parse("1\t0/C0000A0\tno recovery target specified\n\n2\t0/14000000\tbefore 2026-11-29 08:53:00+00\n", 3)!;

        Assert.Equal([1, 2, 3], way.Timelines);
        Assert.Equal((2, PgLsn.Parse("0/14000000")), way.Fork);
        Assert.Equal("00000001000000000000000B", way.At(0x0B, Size).Name(Size));
        Assert.Equal("00000002000000000000000C", way.At(0x0C, Size).Name(Size));
        Assert.Equal("000000020000000000000013", way.At(0x13, Size).Name(Size));
        Assert.Equal("000000030000000000000014", way.At(0x14, Size).Name(Size));
    }

    [Fact]
    public void What_lies_behind_the_fork_is_not_on_the_way()
    {
        var way = TimelineWay.Parse("1 0/C0000A0 why\n", 2)!;

        Assert.True(way.Passes(1, PgLsn.Parse("0/C0000A0")));
        Assert.False(way.Passes(1, PgLsn.Parse("0/C0000A1")));
        Assert.True(way.Passes(2, PgLsn.Parse("0/C0000A0")));
        Assert.False(way.Passes(3, PgLsn.Parse("0/D000000")));
    }

    [Theory]
    [InlineData("x 0/0 y")]
    [InlineData("2 0/0 y")]
    [InlineData("1")]
    [InlineData("1 nowhere y")]
    public void What_is_no_history_of_the_timeline_is_refused(string text) => Assert.Null(TimelineWay.Parse(text, 2));

    [Theory]
    [InlineData("000000010000000000000009", "0/9000028", 16)]
    [InlineData("000000010000000100000003", "1/C000028", 64)]
    public void The_size_of_a_segment_follows_from_name_and_position(string segment, string lsn, int mebibytes) =>
        Assert.Equal(mebibytes * 1024L * 1024, WalSegment.SizeFrom(segment, PgLsn.Parse(lsn)));
}
