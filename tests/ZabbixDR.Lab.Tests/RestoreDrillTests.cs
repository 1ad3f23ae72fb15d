using System.Globalization;

namespace ZabbixDR.Lab.Tests;

/// <summary>Restore drills, held against psql, pg_dump, pgbackrest and the hosts' own file systems; what a drill must find is broken first.</summary>
[Collection(LabTestGroup.Name)]
public sealed class RestoreDrillTests(LabFixture fixture) : IAsyncLifetime
{
    private const string Beside = "/var/lib/postgresql/17";
    private const string Small = "/var/tmp/drill-small";
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);
    private string _leader = "";
    private string _standby = "";

    private TwoSiteLab Lab => fixture.Lab;

    public async Task InitializeAsync()
    {
        await Lab.WaitHealthyAsync();
        _leader = await Lab.LeaderAsync();
        _standby = Lab.Hosts.Single(host => host.Role == "postgres" && host.Name != _leader).Name;
    }

    public Task DisposeAsync() => Lab.QueryAsync(_leader, "zabbix", "DROP TABLE IF EXISTS drill, drill_damaged; DROP OPERATOR CLASS IF EXISTS drill_order USING btree; DROP FUNCTION IF EXISTS drill_compare");

    [Fact]
    public async Task A_kept_instance_has_the_rows_of_the_moment_disturbs_nobody_and_goes_with_its_command()
    {
        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await Lab.QueryAsync(_leader, "zabbix", "CREATE TABLE drill AS SELECT generate_series(1, 1000) n");
        var target = await Lab.QueryAsync(_leader, "zabbix", "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
        await Lab.QueryAsync(_leader, "zabbix", "DELETE FROM drill WHERE n > 10");
        await ArchiveAsync();
        var (timeline, archive) = (await TimelineAsync(), await HistoriesAsync());

        var drill = Assert.Single(fixture.Session.Run("param($t) Invoke-PgRestoreDrill -TargetTime $t -Skip Amcheck, Checksums -Keep -Confirm:$false", target).Require().As<PgRestoreDrill>());

        Assert.True(drill.Passed);
        Assert.Equal(_standby, drill.Node);
        Assert.StartsWith("before commit of transaction ", drill.Stop, StringComparison.Ordinal);
        Assert.Equal([ReadinessStatus.Pass, ReadinessStatus.Pass, ReadinessStatus.Pass, ReadinessStatus.Skipped, ReadinessStatus.Skipped], drill.Checks.Select(check => check.Status));
        Assert.Equal(await Lab.QueryAsync(_leader, "zabbix", "SELECT count(*) FROM hosts"), drill.Content["hosts"]);

        // The command that it shows, with the table's name put in.
        var dump = drill.DumpCommand!.Replace("TABLE >TABLE.dump", "public.drill", StringComparison.Ordinal);
        Assert.Equal("1000", (await Lab.ExecCheckedAsync(_standby, "sh", "-ec", $"{dump} | pg_restore -f - | sed -n '/^COPY/,/^\\\\\\./p' | grep -c '^[0-9]'")).Output.Trim());

        // No network, no priority, no archiving, no other timeline; and the service is what it was.
        var server = (await Lab.ExecCheckedAsync(_standby, "head", "-n", "1", $"{drill.KeptDirectory}/data/postmaster.pid")).Output.Trim();
        Assert.Equal("19", (await Lab.ExecCheckedAsync(_standby, "ps", "-o", "ni=", "-p", server)).Output.Trim());
        Assert.Equal("", (await Lab.ExecAsync(_standby, "sh", "-c", $"ss -Hltnp | grep pid={server},")).Output);
        Assert.Equal("", (await Lab.ExecAsync(_standby, "sh", "-c", "ls /var/lib/zabbixdr/lock 2>/dev/null")).Output);
        Assert.Equal((timeline, archive), (await TimelineAsync(), await HistoriesAsync()));
        Assert.Null(await Lab.Health.MissingAsync(CancellationToken.None));

        // What has no name in the catalogue any more has one in the instance's.
        await Lab.QueryAsync(_leader, "zabbix", "DROP TABLE drill");
        await ArchiveAsync();
        var dropped = Assert.Single(
            fixture.Session.Run("param($t, $d) Find-PgRecoveryTarget -After $t -NamesFrom $d -Relation drill", target, drill).Require().As<PgWalTransaction>(),
            transaction => transaction.Changes.Any(change => change.Fate == PgRelationFate.Dropped));
        Assert.Contains("public.drill", dropped.Changes.Select(change => change.Relation));

        await Lab.ExecCheckedAsync(_standby, "sh", "-ec", drill.EndCommand!);
        Assert.Equal("", await LeftAsync(_standby));
        Assert.NotEqual(0, (await Lab.ExecAsync(_standby, "kill", "-0", server)).ExitCode);
        Assert.StartsWith("PostgresNotRunning,", fixture.Session.Run("param($t, $d) Find-PgRecoveryTarget -After $t -NamesFrom $d", target, drill).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_chance_names_passes_every_check_and_clears_what_a_lost_drill_left()
    {
        await Lab.ExecCheckedAsync(_standby, "sh", "-ec", $"mkdir -p {Beside}/zabbixdr-drill-20200101T000000Z-dead/data /var/lib/zabbixdr/server-20200101T000000Z-dead /var/lib/zabbixdr/units/zabbixdr-20200101T000000Z-dead-drill");

        var drill = Assert.Single(fixture.Session.Run("Invoke-PgRestoreDrill -Confirm:$false").Require().As<PgRestoreDrill>());

        Assert.True(drill.Passed);
        Assert.All(drill.Checks, check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check.Subject}: {check.Detail}"));
        Assert.Equal([PgDrillSubject.Restore, PgDrillSubject.Target, PgDrillSubject.Zabbix, PgDrillSubject.Amcheck, PgDrillSubject.Checksums], drill.Phases.Select(phase => phase.Subject));
        Assert.Contains(drill.Set, await _pgBackRest.LabelsAsync(_leader));
        Assert.Equal("", await LeftAsync(_standby));
        Assert.Equal("", (await Lab.ExecAsync(_standby, "sh", "-c", "ls -d /var/lib/zabbixdr/units/*-drill 2>/dev/null")).Output);
    }

    [Fact]
    public async Task An_index_out_of_order_and_a_page_that_rotted_before_the_backup_are_found()
    {
        // Its order is turned round once the index is built: no byte of it is wrong, and no search in it finds anything.
        const string compare = "CREATE OR REPLACE FUNCTION drill_compare(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT {0}btint4cmp($1, $2)'";
        await Lab.QueryAsync(_leader, "zabbix", string.Format(CultureInfo.InvariantCulture, compare, ""));
        await Lab.QueryAsync(_leader, "zabbix", "CREATE OPERATOR CLASS drill_order FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 drill_compare(int, int)");
        await Lab.QueryAsync(_leader, "zabbix", "CREATE TABLE drill AS SELECT generate_series(1, 1000) n; CREATE INDEX drill_turned ON drill (n drill_order); CREATE TABLE drill_damaged AS SELECT generate_series(1, 1000) n; CHECKPOINT");
        await Lab.QueryAsync(_leader, "zabbix", string.Format(CultureInfo.InvariantCulture, compare, "-"));
        var file = await Lab.QueryAsync(_leader, "zabbix", "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('drill_damaged')");
        await Lab.ExecCheckedAsync(_leader, "sh", "-ec", $"printf rotten | dd of={file} bs=1 seek=4000 conv=notrunc status=none");

        // The module refuses to call such a set good; it is there all the same.
        await _pgBackRest.RunAsync(_leader, "--stanza=zabbix-cluster", "--type=incr", "--log-level-console=off", "--log-level-stderr=off", "backup");
        var set = (await _pgBackRest.LabelsAsync(_leader))[^1];

        var run = fixture.Session.Run("param($l) Get-PgBackRestBackup -Label $l | Invoke-PgRestoreDrill -Immediate -Confirm:$false", set);

        var drill = Assert.Single(run.As<PgRestoreDrill>());
        Assert.False(drill.Passed);
        Assert.Equal([ReadinessStatus.Pass, ReadinessStatus.Pass, ReadinessStatus.Pass, ReadinessStatus.Fail, ReadinessStatus.Fail], drill.Checks.Select(check => check.Status));
        Assert.Contains("drill_turned", drill.Checks[3].Detail, StringComparison.Ordinal);
        Assert.Contains("checksum verification failed", drill.Checks[4].Detail, StringComparison.Ordinal);
        Assert.StartsWith("RestoreDrillFailed,", run.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("", await LeftAsync(_standby));
        await _pgBackRest.RunAsync(_leader, "--stanza=zabbix-cluster", $"--set={set}", "--log-level-console=off", "expire");
    }

    [Fact]
    public async Task Ctrl_C_ends_it_on_the_node_and_removes_what_it_made()
    {
        var begun = Lab.ExecCheckedAsync(_standby, "sh", "-c", $"for attempt in $(seq 3000); do ls {Beside}/zabbixdr-drill-*/data/base 2>/dev/null && exit 0; sleep 0.01; done; exit 1");

        var (run, stopping) = fixture.Session.RunAndStop(begun, "Invoke-PgRestoreDrill -Confirm:$false");

        Assert.Empty(run.Output);
        Assert.True(stopping < TimeSpan.FromSeconds(15), $"Ctrl+C was answered after {stopping}");
        Assert.Equal("", await LeftAsync(_standby));
        Assert.Equal("", (await Lab.ExecAsync(_standby, "sh", "-c", "ls -d /var/lib/zabbixdr/units/*-drill; pgrep -f '[z]abbixdr-drill-'")).Output);
    }

    [Fact]
    public async Task Where_the_room_is_too_small_it_is_refused_and_where_the_recovery_fills_it_it_ends()
    {
        // Into the archive goes more than the second one has room for; into the first the set does not fit.
        await Lab.QueryAsync(_leader, "zabbix", "CREATE TABLE drill AS SELECT n, repeat('x', 500) FROM generate_series(1, 150000) n");
        await ArchiveAsync();
        await Lab.ExecCheckedAsync(_standby, "sh", "-ec", $"mkdir {Small}; mount -t tmpfs -o size=64m drill {Small}; chmod 0755 {Small}");
        try
        {
            var refused = Drill().SingleError;
            var size = (await _pgBackRest.SetsAsync(_leader))[^1].GetProperty("info").GetProperty("size").GetInt64() * 12 / 10;
            await Lab.ExecCheckedAsync(_standby, "mount", "-o", string.Create(CultureInfo.InvariantCulture, $"remount,size={size}"), Small);
            var filled = Drill();

            Assert.StartsWith("DrillPlaceMissing,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains($"{_standby}: {Small} has ", refused.Exception.Message, StringComparison.Ordinal);
            var drill = Assert.Single(filled.As<PgRestoreDrill>());
            Assert.Equal([ReadinessStatus.Pass, ReadinessStatus.Fail], drill.Checks.Take(2).Select(check => check.Status));
            Assert.Matches("left free|No space left on device", drill.Checks[1].Detail);
            Assert.StartsWith("RestoreDrillFailed,", filled.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal("", (await Lab.ExecCheckedAsync(_standby, "ls", Small)).Output);
        }
        finally
        {
            await Lab.ExecCheckedAsync(_standby, "sh", "-c", $"umount -l {Small}; rmdir {Small}");
        }
    }

    [Fact]
    public async Task A_node_for_drills_that_does_not_see_the_set_is_passed_over_and_one_that_is_none_is_refused()
    {
        var topology = fixture.TopologyWith("roles: [zabbix-server]", "roles: [zabbix-server, scratch]");

        var run = fixture.Session.Run("param($t) Invoke-PgRestoreDrill -Immediate -Skip Amcheck, Checksums -Confirm:$false -Topology $t", topology).Require();
        var none = fixture.Session.Run("Invoke-PgRestoreDrill -Node etcd-1 -Confirm:$false").SingleError;
        var early = fixture.Session.Run("Invoke-PgRestoreDrill -TargetTime '2020-01-01 00:00+00' -Confirm:$false").SingleError;

        Assert.Equal(_standby, Assert.Single(run.As<PgRestoreDrill>()).Node);
        Assert.Equal(2, run.Warnings.Count(warning => warning.StartsWith("Not done where it would disturb less: zbx-site", StringComparison.Ordinal)));
        Assert.StartsWith("NotAPlace,", none.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("RecoveryTargetUnreachable,", early.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("", await LeftAsync(_standby));
    }

    private ScriptRun Drill() => fixture.Session.Run("param($n, $d) Invoke-PgRestoreDrill -Latest -Node $n -Directory $d -Skip Amcheck, Checksums -Confirm:$false", _standby, Small);

    private async Task<string> LeftAsync(string host) => (await Lab.ExecAsync(host, "sh", "-c", $"ls -d {Beside}/zabbixdr-drill-* /var/lib/zabbixdr/server-* 2>/dev/null; systemctl list-units --plain --no-legend 'zabbixdr-*'")).Output;

    private async Task<string> TimelineAsync() => await Lab.QueryAsync(_leader, "zabbix", "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");

    private async Task<string> HistoriesAsync() => (await _pgBackRest.RunAsync(_leader, "--stanza=zabbix-cluster", "--log-level-console=off", "--filter=history$", "repo-ls", "archive/zabbix-cluster/17-1")).Output;

    // All that is written by now is in the archive, with a commit behind it.
    private async Task ArchiveAsync()
    {
        await Lab.QueryAsync(_leader, "zabbix", "CREATE TABLE drill_behind (); DROP TABLE drill_behind");
        var segment = await Lab.QueryAsync(_leader, "zabbix", "SELECT pg_walfile_name(pg_switch_wal())");
        while (await Lab.QueryAsync(_leader, "zabbix", $"SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name = '{segment}.done'") == "0")
        {
            await Task.Delay(200);
        }
    }
}
