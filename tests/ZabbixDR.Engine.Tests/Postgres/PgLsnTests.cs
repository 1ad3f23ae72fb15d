namespace ZabbixDR.Engine.Tests.Postgres;

public sealed class PgLsnTests
{
    [Theory]
    [InlineData("0/0", 0)]
    [InlineData("0/1A002DC0", 436219328)]
    [InlineData("16/B374D848", 97500059720)]
    [InlineData("7FFFFFFF/FFFFFFFF", long.MaxValue)]
    public void PostgreSQLs_form_is_read_and_written(string text, long position)
    {
        Assert.Equal(position, PgLsn.Parse(text).Position);
        Assert.Equal(text, new PgLsn(position).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/1/2")]
    [InlineData("0/x")]
    [InlineData("0/123456789")]
    public void What_is_no_position_is_refused(string text) => Assert.Throws<FormatException>(() => PgLsn.Parse(text));

    [Fact]
    public void Positions_are_ordered_and_their_distance_is_in_bytes()
    {
        Assert.True(PgLsn.Parse("0/FFFFFFFF") < PgLsn.Parse("1/0"));
        Assert.Equal(1, PgLsn.Parse("1/0") - PgLsn.Parse("0/FFFFFFFF"));
    }
}
