using System.Management.Automation;
using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Pipeline;

public sealed class ProgressTests
{
    [Fact]
    public void Progress_is_shown_five_times_a_second_at_most_and_taken_away_in_the_end()
    {
        using var session = TestCmdlets.Open();

        var progress = session.Run("Invoke-TestProgress").Require().Progress;

        Assert.InRange(progress.Count, 3, (2 * 5) + 2);
        Assert.Equal((50, 3, "Counting"), (progress[0].PercentComplete, progress[0].SecondsRemaining, progress[0].StatusDescription));
        Assert.Equal(ProgressRecordType.Completed, progress[^1].RecordType);
        Assert.All(progress, record => Assert.True(record.ActivityId >= 0));
    }

    [Fact]
    public void No_progress_is_shown_where_the_session_wants_none()
    {
        using var session = TestCmdlets.Open();

        Assert.Empty(session.Run("$ProgressPreference = 'SilentlyContinue'; Invoke-TestProgress").Require().Progress);
    }
}
