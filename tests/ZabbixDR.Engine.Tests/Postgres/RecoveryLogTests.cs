using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Tests.Postgres;

public sealed class RecoveryLogTests
{
    private static readonly string[] s_recorded = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Postgres", "Recorded", "recovery-to-time.log"));
    private static readonly PgRecoveryGoal s_time = PgRecoveryGoal.To(new DateTimeOffset(2026, 11, 29, 21, 21, 50, TimeSpan.Zero).AddMicroseconds(195155), exclusive: false);

    [Fact]
    public void A_recovery_to_a_time_tells_where_it_stopped_and_what_it_reached()
    {
        var log = RecoveryLog.Read(s_recorded);

        Assert.Equal("before commit of transaction 1100, time 2026-11-29 21:21:50.21248+00", log.Stop);
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 21, 21, 50, TimeSpan.Zero).AddMicroseconds(192494), log.LastTransactionAt);
        Assert.Equal((PgLsn.Parse("0/130229C0"), 4, "000000030000000000000013"), (log.RedoneTo, log.Timeline, log.LastSegment));
        Assert.Equal((true, true, null), (log.IsComplete, log.IsReady, log.Fatal));
        Assert.True(log.HasReached(s_time));
    }

    [Fact]
    public void Until_it_is_complete_nothing_is_reached()
    {
        var complete = Array.FindIndex(s_recorded, line => line.EndsWith("archive recovery complete", StringComparison.Ordinal));

        for (var lines = 0; lines <= complete; lines++)
        {
            Assert.False(RecoveryLog.Read(s_recorded.Take(lines)).HasReached(s_time));
        }
    }

    [Fact]
    public void A_server_that_is_started_again_has_nothing_to_tell_of_it_and_goes_on_with_what_was_told()
    {
        var complete = Array.FindIndex(s_recorded, line => line.EndsWith("archive recovery complete", StringComparison.Ordinal));
        var earlier = RecoveryLog.Read(s_recorded.Take(complete + 1));
        var again = RecoveryLog.Read(
        [
            "2026-11-29 21:30:00.000 UTC [1] LOG:  database system was not properly shut down; automatic recovery in progress",
            "2026-11-29 21:30:00.100 UTC [1] LOG:  redo done at 0/14000110 system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.00 s",
            "2026-11-29 21:30:00.200 UTC [1] LOG:  database system is ready to accept connections",
        ]);

        Assert.Equal((true, false, true, false), (earlier.HasBegun, earlier.IsReady, again.IsReady, again.HasBegun));
        Assert.False(again.HasReached(s_time));
        Assert.Equal((earlier.RedoneTo, earlier.Stop), (again.After(earlier).RedoneTo, again.After(earlier).Stop));
        Assert.True(again.After(earlier) is { IsReady: true } both && both.HasReached(s_time));
    }

    [Fact]
    public void The_end_of_the_archive_is_no_target_of_another_kind()
    {
        var log = RecoveryLog.Read(s_recorded.Where(line => !line.Contains("recovery stopping", StringComparison.Ordinal)));

        Assert.True(log.IsComplete);
        Assert.False(log.HasReached(s_time));
        Assert.True(log.HasReached(new PgRecoveryGoal(PgRecoveryGoalKind.Latest, null, IsExclusive: false)));
    }

    // The words of xlogrecovery.c for each kind.
    [Theory]
    [InlineData("before commit of transaction 7, time 2026-03-14 02:40:00+00", PgRecoveryGoalKind.Xid, "7", true, true)]
    [InlineData("after commit of transaction 7, time 2026-03-14 02:40:00+00", PgRecoveryGoalKind.Xid, "7", true, false)]
    [InlineData("after commit of transaction 7, time 2026-03-14 02:40:00+00", PgRecoveryGoalKind.Xid, "7", false, true)]
    [InlineData("after commit of transaction 71, time 2026-03-14 02:40:00+00", PgRecoveryGoalKind.Xid, "7", false, false)]
    [InlineData("after WAL location (LSN) \"0/1F000060\"", PgRecoveryGoalKind.Lsn, "0/1F000028", false, true)]
    [InlineData("before WAL location (LSN) \"0/1F000060\"", PgRecoveryGoalKind.Lsn, "0/1F000028", false, false)]
    [InlineData("at restore point \"before\", time 2026-03-14 02:40:00+00", PgRecoveryGoalKind.Name, "before", false, true)]
    [InlineData("at restore point \"before it\", time 2026-03-14 02:40:00+00", PgRecoveryGoalKind.Name, "before", false, false)]
    [InlineData("after reaching consistency", PgRecoveryGoalKind.Immediate, null, false, true)]
    [InlineData("after reaching consistency", PgRecoveryGoalKind.Latest, null, false, false)]
    public void Each_kind_of_target_has_its_own_words(string stop, PgRecoveryGoalKind kind, string? value, bool exclusive, bool reached)
    {
        const string Prefix = "2026-03-14 02:41:00.000 UTC [1] LOG:  ";
        var log = RecoveryLog.Read([$"{Prefix}recovery stopping {stop}", $"{Prefix}archive recovery complete"]);

        Assert.Equal(reached, log.HasReached(new PgRecoveryGoal(kind, value, exclusive)));
    }

    [Fact]
    public void A_target_that_was_not_reached_is_told_in_PostgreSQLs_words()
    {
        var log = RecoveryLog.Read([.. s_recorded.TakeWhile(line => !line.Contains("recovery stopping", StringComparison.Ordinal)), "2026-03-14 02:41:00.000 UTC [1] FATAL:  recovery ended before configured recovery target was reached"]);

        Assert.Equal((false, "recovery ended before configured recovery target was reached"), (log.IsComplete, log.Fatal));
    }

    [Fact]
    public void What_a_recovery_said_that_was_begun_again_counts_no_more()
    {
        var log = RecoveryLog.Read([.. s_recorded, .. s_recorded.Take(3), "2026-03-14 02:41:00.000 UTC [1] LOG:  starting archive recovery"]);

        Assert.Equal((false, false, null), (log.IsComplete, log.IsReady, log.Stop));
    }
}
