using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class BackupConsoleTests
{
    private readonly Collected<OperationProgress> _progress = [];
    private readonly Collected<OperationMessage> _messages = [];

    [Theory]
    [InlineData("2.45", "backup-full.log", "20261122-212724F")]
    [InlineData("2.45", "backup-incr.log", "20261122-212724F_20261122-212813I")]
    [InlineData("2.55.1", "backup-full.log", "20261122-211136F")]
    [InlineData("2.55.1", "backup-incr.log", "20261122-211136F_20261122-211203I")]
    public void The_new_sets_label_is_found(string version, string file, string label)
    {
        var console = Follow(Recording.Lines(version, file));

        Assert.Equal(label, console.NewLabel);
        Assert.Null(console.Error);
        Assert.DoesNotContain(_messages, message => message.IsWarning);
    }

    [Theory]
    [MemberData(nameof(Recording.Versions), MemberType = typeof(Recording))]
    public void The_share_that_is_done_rises_to_all_and_ends_with_nothing_remaining(string version)
    {
        Follow(Recording.Lines(version, "backup-full.log"));

        var copying = _progress.Where(report => report.Status.StartsWith("Copying", StringComparison.Ordinal)).ToList();
        Assert.Equal(copying.Select(report => report.Fraction).Order(), copying.Select(report => report.Fraction));
        Assert.InRange(copying[0].Fraction!.Value, 0.01, 0.2);
        Assert.Equal(1, copying[^1].Fraction);
        Assert.Equal(TimeSpan.Zero, copying[^1].Remaining);
        Assert.Contains(copying, report => report.Remaining > TimeSpan.Zero);
        Assert.Equal("Waiting for the checkpoint", _progress[0].Status);
        Assert.StartsWith("Expiring", _progress[^1].Status, StringComparison.Ordinal);
    }

    [Fact]
    public void The_remaining_time_is_reckoned_from_the_bytes_and_the_lines_own_clock()
    {
        Follow(
            "2026-11-22 21:00:00.000 P00   INFO: backup start archive = 000000020000000000000010, lsn = 0/10000028",
            "2026-11-22 21:01:00.000 P01 DETAIL: backup file /data/base/1/2 (bundle 1/0, 1GB->48.2MB, 25.00%) checksum 083ca48e53b418d1777bf63fd58528bd266b27cc");

        Assert.Equal(new OperationProgress("Copying, 1 files, 1 GiB of about 4 GiB", 0.25, TimeSpan.FromMinutes(3)), Assert.Single(_progress));
    }

    [Fact]
    public void The_bytes_are_those_of_the_files_and_the_sum_is_about_the_databases()
    {
        Follow(Recording.Lines("2.55.1", "backup-full.log").Where(line => !line.Contains(", 100.00%", StringComparison.Ordinal)).ToArray());

        // The database had 92.0 MB; the recording leaves lines out between these and the end.
        var copying = _progress.Last(report => report.Status.StartsWith("Copying", StringComparison.Ordinal));
        Assert.Matches(@"^Copying, \d+ files, [34]\d(\.\d)? MiB of about 9[0-4](\.\d)? MiB$", copying.Status);
    }

    [Fact]
    public void A_database_that_grew_meanwhile_does_not_lead_beyond_all()
    {
        Follow("2026-11-22 21:01:00.000 P01 DETAIL: backup file /data/base/1/2 (1GB, 104.31%) checksum 083ca48e53b418d1777bf63fd58528bd266b27cc");

        Assert.Equal(1, Assert.Single(_progress).Fraction);
    }

    [Fact]
    public void A_warning_is_handed_on_whole()
    {
        Follow(
            "2026-11-22 21:28:00.000 P00   WARN: option 'repo1-retention-full' is not set for 'repo1-retention-full-type=count', the repository may run out of space",
            "                                    HINT: to retain full backups indefinitely (without warning), set option 'repo1-retention-full' to the maximum.",
            "2026-11-22 21:28:00.001 P00   WARN: no prior backup exists, incr backup has been changed to full");

        Assert.All(_messages, message => Assert.True(message.IsWarning));
        Assert.Equal(2, _messages.Count);
        Assert.EndsWith("to the maximum.", _messages[0].Text, StringComparison.Ordinal);
        Assert.Equal("no prior backup exists, incr backup has been changed to full", _messages[1].Text);
    }

    private BackupConsole Follow(params string[] lines)
    {
        var console = new BackupConsole(_progress, _messages);
        foreach (var line in lines)
        {
            console.Take(line);
        }

        console.Finish();
        return console;
    }
}
