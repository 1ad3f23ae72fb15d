using ZabbixDR.Engine.Zabbix;

namespace ZabbixDR.Engine.Tests.Zabbix;

public sealed class ZabbixDurationTests
{
    [Theory]
    [InlineData("10s", 10)]
    [InlineData("10", 10)]
    [InlineData("1m", 60)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("1w", 604800)]
    public void A_duration_in_Zabbixs_units_is_read(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), ZabbixDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("{$DELAY}")]
    [InlineData("-1m")]
    [InlineData("1.5h")]
    public void What_is_no_duration_is_none(string text) => Assert.Null(ZabbixDuration.Parse(text));
}
