using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Tests.Operations;

public sealed class TargetTimeTests
{
    [Theory]
    [InlineData("2026-03-14 02:45:12+00")]
    [InlineData("2026-03-14T02:45:12Z")]
    [InlineData("2026-03-14 03:45:12+0100")]
    [InlineData("2026-03-13 22:15:12 -04:30")]
    [InlineData("2026-03-14T02:45:12.0000000+00:00")]
    public void A_time_with_an_offset_is_one_moment(string text) =>
        Assert.Equal(new DateTimeOffset(2026, 3, 14, 2, 45, 12, TimeSpan.Zero), TargetTime.Parse(text, null));

    [Theory]
    [InlineData("2026-03-14 02:45:12", null, "TargetTimeWithoutOffset")]
    [InlineData("2026-03-14 02:45:12", "Nowhere/None", "TimeZoneUnknown")]
    [InlineData("2026-03-29 02:30:00", "Europe/Berlin", "TargetTimeAmbiguous")]
    [InlineData("2026-10-25 02:30:00", "Europe/Berlin", "TargetTimeAmbiguous")]
    [InlineData("03/14/2026 02:45", null, "TargetTimeUnreadable")]
    [InlineData("2026-02-30 02:45:12Z", null, "TargetTimeUnreadable")]
    [InlineData("2026-03-14 02:45:12+15", null, "TargetTimeUnreadable")]
    public void What_is_not_one_moment_is_refused(string text, string? zone, string error) =>
        Assert.Equal(error, Assert.Throws<DrException>(() => TargetTime.Parse(text, zone)).Id);

    [Fact]
    public void A_time_without_an_offset_is_read_in_its_zone() =>
        Assert.Equal(new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero), TargetTime.Parse("2026-07-01 12:00", "Europe/Berlin"));
}
