using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Pipeline;

public sealed class DurationTests
{
    // The error after the binding, where nothing is connected, shows that it was taken.
    [Theory]
    [InlineData("30s")]
    [InlineData("49d")]
    [InlineData("00:00:00.5")]
    [InlineData("1.00:00:00")]
    [InlineData("([TimeSpan]'0:1')")]
    public void A_limit_is_a_number_with_a_unit_or_a_TimeSpan(string written) => Assert.StartsWith("NotConnected,", Refusal($"Get-PgBackRestBackup -TimeLimit {written}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("soon", "'soon' is no duration")]
    [InlineData("30", "'30' is no duration")]
    [InlineData("1:2:3:4:5", "'1:2:3:4:5' is no duration")]
    [InlineData("0s", "00:00:00 leaves no time at all")]
    [InlineData("'-0:1'", "-00:01:00 is negative")]
    [InlineData("([TimeSpan]'-0:1')", "-00:01:00 is negative")]
    [InlineData("50d", "50.00:00:00 is longer than a wait can be")]
    [InlineData("([TimeSpan]::MaxValue)", "is longer than a wait can be")]
    public void What_is_no_limit_is_refused_before_anything_is_asked(string written, string why) => Assert.Contains(why, Refusal($"Get-PgBackRestBackup -TimeLimit {written}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("0s", "NotConnected,")]
    [InlineData("365d", "NotConnected,")]
    [InlineData("7", "'7' is no duration")]
    [InlineData("([TimeSpan]'-1')", "is negative")]
    public void An_age_may_be_none_and_as_long_as_one_likes(string written, string said) => Assert.Contains(said, Refusal($"Test-DrReadiness -MaxBackupAge {written}"), StringComparison.Ordinal);

    private static string Refusal(string command)
    {
        using var session = ModuleSession.Open();
        var error = session.Run(command).SingleError;
        return $"{error.FullyQualifiedErrorId}: {error.Exception.Message}";
    }
}
