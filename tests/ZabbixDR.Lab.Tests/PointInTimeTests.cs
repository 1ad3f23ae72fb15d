using System.Globalization;

namespace ZabbixDR.Lab.Tests;

/// <summary>The cluster brought back to a point in time, with a writer that commits numbered rows all along.</summary>
[Collection(LabTestGroup.Name)]
public sealed class PointInTimeTests(LabFixture fixture) : PointInTimeGround(fixture)
{
    [Fact]
    public async Task A_dropped_table_is_back_with_every_row_from_before_and_none_from_after()
    {
        var identifier = await Lab.QueryAsync(Leader, "zabbix", "SELECT system_identifier FROM pg_control_system()");
        var configuration = await ConfigurationAsync();
        var timeline = await TimelineAsync();
        var writer = WriteAsync();
        var before = await RowsAsync(50);
        var target = await ClockAsync();
        var after = await RowsAsync(before);
        await RowsAsync(after + 50);
        await Lab.QueryAsync(Leader, "zabbix", $"DROP TABLE {Table}");
        await writer;

        var run = Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", target).Require();

        var result = Assert.Single(run.As<PgPointInTimeRestore>());
        await Lab.WaitHealthyAsync();

        // The last row that was committed by then is there, and the next one is not: PostgreSQL's own words tell the times of both.
        var rows = (await Lab.QueryAsync(Leader, "zabbix", $"SELECT n || '|' || at FROM {Table} ORDER BY n")).Split('\n');
        Assert.Equal(Enumerable.Range(1, rows.Length), rows.Select(row => int.Parse(row.Split('|')[0], CultureInfo.InvariantCulture)));
        Assert.InRange(rows.Length, before, after);
        Assert.True(result.ReachedTime <= target, $"{result.ReachedTime:O} is after {target:O}");
        Assert.Matches("^before commit of transaction [0-9]+, time ", result.Stop);
        Assert.True(DateTimeOffset.Parse(result.Stop.Split(", time ")[1], CultureInfo.InvariantCulture) > target);

        // Under Patroni as before, on a timeline of its own.
        Assert.Equal(identifier, await Lab.QueryAsync(Leader, "zabbix", "SELECT system_identifier FROM pg_control_system()"));
        Assert.Equal((Leader, configuration), (await Lab.LeaderAsync(), await ConfigurationAsync()));
        Assert.Equal((Leader, await TimelineAsync()), (result.Node, result.Timeline));
        Assert.True(result.Timeline > timeline);
        Assert.Equal("1", await Lab.QueryAsync(Leader, "zabbix", "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"));
        Assert.True(result.Lost > TimeSpan.Zero);

        // A new full backup, with nothing expired, and an archive that goes on.
        var sets = await new LabPgBackRest(Lab).LabelsAsync(Leader);
        Assert.Equal((result.Backup, true), (sets[^1], sets.Contains(result.Set)));
        Fixture.Session.Run("Test-PgBackRestStanza | Where-Object { -not $_.IsChecked } | ForEach-Object { throw $_.Reason }").Require();

        // What was in use is kept, nobody is kept off, and nothing else is left.
        await Lab.ExecCheckedAsync(Leader, "test", "-e", $"{result.KeptData}/global/pg_control");
        await LeftNothingAsync();
    }

    [Fact]
    public async Task A_target_that_cannot_be_reached_is_refused_and_nothing_is_stopped()
    {
        var started = await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_postmaster_start_time()");

        var early = Fixture.Session.Run("Restore-PgPointInTime -TargetTime '2020-01-01 00:00:00+00' -Confirm:$false").SingleError;
        var late = Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", DateTimeOffset.UtcNow.AddHours(1)).SingleError;
        var bare = Fixture.Session.Run("Restore-PgPointInTime -TargetTime '2026-01-01 00:00:00' -Confirm:$false").SingleError;
        var beyond = Fixture.Session.Run("Restore-PgPointInTime -TargetLsn FFFF/0 -Confirm:$false").SingleError;

        Assert.Equal(
            ["RecoveryTargetUnreachable", "TargetInFuture", "TargetTimeWithoutOffset", "RecoveryTargetUnreachable"],
            new[] { early, late, bare, beyond }.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Contains("no set had stopped by 2020-01-01", early.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(started, await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_postmaster_start_time()"));
        await LeftNothingAsync();
    }

    [Fact]
    public async Task Broken_off_it_is_gone_on_with_by_another_operator()
    {
        var target = await LoseAsync();
        await KilledOperator.RunUntilAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Confirm:$false", $"recover-{Leader}");
        AnotherOperator();

        var run = Assert.Single(Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require().As<DrRun>());

        Assert.Equal(DrRunStatus.Succeeded, run.Status);
        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        await LeftNothingAsync();
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Until_the_new_timeline_is_archived_it_can_be_gone_back_from()
    {
        var target = await LoseAsync();
        await Lab.QueryAsync(Leader, "zabbix", $"CREATE TABLE {Table} (n bigint)");
        await KilledOperator.RunUntilAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Confirm:$false", $"checked-{Leader}");

        var undo = Assert.Single(Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Undo-DrRun -Confirm:$false").Require().As<DrRun>());

        // The cluster is what it was when the recovery began: with the new table, which has no time in it.
        Assert.Equal(DrRunStatus.Succeeded, undo.Status);
        await Lab.WaitHealthyAsync();
        Assert.Equal("n", await Lab.QueryAsync(Leader, "zabbix", $"SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = '{Table}'::regclass AND attnum > 0"));
        Assert.Equal(Leader, await Lab.LeaderAsync());
        await LeftNothingAsync();
    }

    [Fact]
    public async Task A_standby_that_somebody_starts_meanwhile_stops_the_run_and_never_leads()
    {
        var target = await LoseAsync();
        await KilledOperator.RunUntilAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Confirm:$false", $"seal-{Leader}");
        const string Fence = "/etc/systemd/system/patroni.service.d/zabbixdr-fence.conf";
        await Lab.ExecCheckedAsync(Standby, "sh", "-c", $"cp {Fence} /root/fence && rm {Fence} && systemctl daemon-reload && systemctl start patroni");
        try
        {
            Assert.Equal("NothingToGoBackTo", Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Undo-DrRun -Confirm:$false").SingleError.FullyQualifiedErrorId.Split(',')[0]);
            await Task.Delay(TimeSpan.FromSeconds(15));
            Assert.Equal("t", await Lab.QueryAsync(Standby, "zabbix", "SELECT pg_is_in_recovery()"));

            var error = Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").SingleError;

            Assert.Equal("StepFailed", error.FullyQualifiedErrorId.Split(',')[0]);
            Assert.Contains($"Looking whether the others are still kept off on {Standby}", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Lab.ExecCheckedAsync(Standby, "sh", "-c", $"systemctl stop patroni; mv /root/fence {Fence}; systemctl daemon-reload");
        }

        Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require();
        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        await LeftNothingAsync();
    }
}
