namespace ZabbixDR.Lab.Tests;

/// <summary>The rarer ways of a point-in-time recovery, and what the well-known runbook does instead.</summary>
[Collection(LabTestGroup.Name)]
[Trait("Category", "Campaign")]
public sealed class PointInTimeCampaignTests(LabFixture fixture) : PointInTimeGround(fixture)
{
    [Theory]
    [InlineData("-TargetXid {0} -Exclusive", "1000|1000", "before commit of transaction ")]
    [InlineData("-TargetXid {0}", "0|", "after commit of transaction ")]
    [InlineData("-TargetName point", "1000|1000", "at restore point \"point\"")]
    [InlineData("-TargetLsn {1}", "1000|1000", "after WAL location (LSN) ")]
    [InlineData("-Latest", "0|", "")]
    public async Task Each_kind_of_target_is_reached_by_its_own_words(string target, string rows, string stop)
    {
        await Lab.QueryAsync(Leader, "zabbix", $"INSERT INTO {Table} SELECT n, clock_timestamp() FROM generate_series(1, 1000) n");
        await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_create_restore_point('point')");
        var lsn = await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_logical_emit_message(false, 'test', 'x')");
        var transaction = await Lab.QueryAsync(Leader, "zabbix", $"WITH gone AS (DELETE FROM {Table} RETURNING 1) SELECT pg_current_xact_id() FROM gone LIMIT 1");

        var result = Assert.Single(Fixture.Session.Run($"Restore-PgPointInTime {string.Format(System.Globalization.CultureInfo.InvariantCulture, target, transaction, lsn)} -Confirm:$false").Require().As<PgPointInTimeRestore>());

        Assert.StartsWith(stop, result.Stop, StringComparison.Ordinal);
        await Lab.WaitHealthyAsync();
        Assert.Equal(rows, await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*), max(n) FROM {Table}"));
        await LeftNothingAsync();
    }

    [Fact]
    public async Task The_end_of_a_backup_is_reached_from_that_set()
    {
        var set = (await new LabPgBackRest(Lab).LabelsAsync(Leader))[^1];
        await LoseAsync();

        var result = Assert.Single(Fixture.Session.Run("param($l) Get-PgBackRestBackup -Label $l | Restore-PgPointInTime -Immediate -Confirm:$false", set).Require().As<PgPointInTimeRestore>());

        // The table was made after the backup.
        Assert.Equal((set, "after reaching consistency"), (result.Set, result.Stop));
        await Lab.WaitHealthyAsync();
        Assert.Equal("", await Lab.QueryAsync(Leader, "zabbix", $"SELECT to_regclass('{Table}')"));
    }

    [Fact]
    public async Task The_position_at_which_a_backup_stopped_is_reached_from_it()
    {
        var set = (await new LabPgBackRest(Lab).SetsAsync(Leader))[^1].GetProperty("lsn").GetProperty("stop").GetString()!;
        await LoseAsync();

        Fixture.Session.Run("param($l) Restore-PgPointInTime -TargetLsn $l -Confirm:$false", set).Require();

        await Lab.WaitHealthyAsync();
        Assert.Equal("", await Lab.QueryAsync(Leader, "zabbix", $"SELECT to_regclass('{Table}')"));
        await LeftNothingAsync();
    }

    // Each round from a set of another type, which it takes itself; each third across a switchover behind it. The recovery of a round is the ground of the next.
    [Fact]
    public async Task Random_moments_from_sets_of_every_type_across_switchovers_are_met_to_the_row()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 10; round++)
        {
            var type = new[] { "Full", "Diff", "Incr" }[round % 3];
            Fixture.Session.Run($"Invoke-PgBackRestBackup {type} -Confirm:$false").Require();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await GoOnAsync(isEmptied: true);
            var writer = WriteAsync();
            await RowsAsync(100);
            if (round % 3 == 1)
            {
                // It ends the writer's session; another goes on where that stopped.
                Fixture.Session.Run("Invoke-PatroniSwitchover -Confirm:$false").Require();
                await writer;
                await GoOnAsync(isEmptied: false);
                writer = WriteAsync();
            }

            await RowsAsync(400);
            await Lab.QueryAsync(Leader, "zabbix", $"DROP TABLE IF EXISTS {Table}_kept; CREATE TABLE {Table}_kept AS SELECT * FROM {Table}");
            var times = (await Lab.QueryAsync(Leader, "zabbix", $"SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM {Table}_kept ORDER BY at")).Split('\n');
            await Lab.QueryAsync(Leader, "zabbix", $"DROP TABLE {Table}");
            await writer;

            // A row tells its time before its commit, and after that of the row before: as a target it is the first that is not there.
            var first = random.Next(1, times.Length);
            var result = Assert.Single(Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", times[first]).Require().As<PgPointInTimeRestore>());

            await Lab.WaitHealthyAsync();
            await GoOnAsync(isEmptied: false);
            Assert.Equal($"{first}|{times[first - 1]}", await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*), to_char(max(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM {Table}"));
            Assert.StartsWith("before commit of transaction ", result.Stop, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_plan_that_no_longer_fits_is_refused()
    {
        var target = await LoseAsync();
        var plan = Path.Combine(StateFolder, "pitr.yaml");
        Fixture.Session.Run("param($t, $f) New-DrPlan -PgRecoveryTarget (Test-PgRecoveryTarget $t) -OutFile $f", await ArchivedAsync(target), plan).Require();
        Fixture.Session.Run("Set-PatroniConfiguration -Parameter @{ log_min_duration_statement = '1s' } -Confirm:$false").Require();
        var drifted = Fixture.Session.Run("param($f) Invoke-DrPlan $f -Confirm:$false", plan).SingleError;
        Fixture.Session.Run("Set-PatroniConfiguration -Parameter @{ log_min_duration_statement = $null } -Confirm:$false; Invoke-PatroniSwitchover -Confirm:$false").Require();
        await Lab.WaitHealthyAsync();
        var moved = Fixture.Session.Run("param($f) Invoke-DrPlan $f -Confirm:$false", plan).SingleError;

        Assert.Equal(("PlanDrifted", "RecoveryTargetUnreachable"), (drifted.FullyQualifiedErrorId.Split(',')[0], moved.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Contains("Patroni's configuration: planned", drifted.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("a failover has left timeline", moved.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_connections_than_at_the_time_of_the_backup_do_not_stop_the_recovery()
    {
        Fixture.Session.Run("Set-PatroniConfiguration -Parameter @{ max_connections = '250' } -Confirm:$false; while ((Get-PatroniConfiguration).Pending.Count -lt 2) { [Threading.Thread]::Sleep(1000) }; (Get-PatroniCluster).Members | Restart-PatroniMember -Pending -IncludeLeader -Confirm:$false").Require();
        await Lab.WaitHealthyAsync();
        Assert.Equal("250", await Lab.QueryAsync(Leader, "zabbix", "SHOW max_connections"));
        var target = await LoseAsync();

        Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", target).Require();

        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        Assert.Equal("250", await Lab.QueryAsync(Leader, "zabbix", "SHOW max_connections"));
    }

    [Fact]
    public async Task Without_synchronous_replication_the_fence_alone_holds_the_old_standby_back()
    {
        Fixture.Session.Run("Set-PatroniConfiguration -SynchronousMode Off -Confirm:$false").Require();
        try
        {
            var target = await LoseAsync();
            await KilledOperator.RunUntilAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Confirm:$false", $"recover-{Leader}");

            var started = await Lab.ExecAsync(Standby, "systemctl", "start", "patroni");

            Assert.NotEqual(0, started.ExitCode);
            Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require();
            await IsBackAsync();
        }
        finally
        {
            Fixture.Session.Run("Set-PatroniConfiguration -SynchronousMode On -Confirm:$false").Require();
        }
    }

    // Without synchronous replication nothing but the fence holds it back. Whoever starts it in the very moment of its stop stops the run, which is told and gone on with.
    [Theory]
    [InlineData("On")]
    [InlineData("Off")]
    public async Task An_old_standby_that_is_started_again_and_again_never_takes_the_lead(string synchronous)
    {
        Fixture.Session.Run("param($m) Set-PatroniConfiguration -SynchronousMode $m -Confirm:$false", synchronous).Require();
        using var over = new CancellationTokenSource();
        try
        {
            var target = await LoseAsync();
            var starting = StartAgainAndAgainAsync(over.Token);

            var run = Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", target);
            if (run.Errors.Count > 0)
            {
                Assert.Equal("StepFailed", run.SingleError.FullyQualifiedErrorId.Split(',')[0]);
                Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require();
            }

            await over.CancelAsync();
            var (refused, led) = await starting;
            Fixture.Session.Run("Set-PatroniConfiguration -SynchronousMode On -Confirm:$false").Require();
            await Lab.WaitHealthyAsync();
            Assert.True(refused > 10, $"it was started only {refused} times where it was fenced");
            Assert.Equal((0, Leader), (led, await Lab.LeaderAsync()));
            await IsBackAsync();
            await LeftNothingAsync();
        }
        finally
        {
            await over.CancelAsync();
            Fixture.Session.Run("Set-PatroniConfiguration -SynchronousMode On -Confirm:$false").Require();
        }
    }

    [Fact]
    public async Task A_node_that_is_started_anew_in_the_midst_is_gone_on_with()
    {
        var target = await LoseAsync();
        await KilledOperator.RunUntilAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Confirm:$false", $"seal-{Leader}");
        await Lab.KillAsync(Leader);
        await Lab.StartAsync(Leader);

        Fixture.Session.Run("param($t) Connect-DrDeployment $t -WarningAction Ignore; Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false", Lab.TopologyFile).Require();

        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        await LeftNothingAsync();
    }

    // And another operator, who begins anew in the midst of it, is refused.
    [Fact]
    public async Task Ctrl_C_leaves_a_run_that_holds_its_lock_and_is_gone_on_with()
    {
        var target = await LoseAsync();

        var (run, stopping) = Fixture.Session.RunAndStop(RestoringAsync(), "param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", target);

        Assert.Empty(run.Output);
        Assert.True(stopping < TimeSpan.FromSeconds(10), $"Ctrl+C was answered after {stopping}");
        AnotherOperator();
        var second = Fixture.Session.Run("Restore-PgPointInTime -Latest -Node $args[0] -Confirm:$false", Leader).SingleError;
        Assert.Equal("LockHeld", second.FullyQualifiedErrorId.Split(',')[0]);
        Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require();
        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        await LeftNothingAsync();
    }

    [Fact]
    public async Task A_standby_without_power_in_the_midst_stops_the_run_with_its_name_until_it_is_back()
    {
        var target = await LoseAsync();
        var recovery = Task.Run(() => Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", target));
        await RestoringAsync();
        await Lab.KillAsync(Standby);

        var failure = (await recovery).SingleError;

        Assert.Equal(("StepFailed", Standby), (failure.FullyQualifiedErrorId.Split(',')[0], failure.TargetObject));
        await Lab.StartAsync(Standby);
        Fixture.Session.Run("param($t) Connect-DrDeployment $t -WarningAction Ignore; Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false", Lab.TopologyFile).Require();
        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        await LeftNothingAsync();
    }

    [Fact]
    public async Task A_wrong_passphrase_of_the_repository_is_told_and_nothing_is_stopped()
    {
        var target = await LoseAsync();
        await ArchivedAsync(target);
        var started = await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_postmaster_start_time()");
        await using (await new LabPgBackRest(Lab).AmendAsync(Leader, "s/^repo1-cipher-pass=.*/repo1-cipher-pass=wrong/"))
        {
            var error = Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", target).SingleError;

            Assert.Contains("The passphrase in pgBackRest's configuration on the node (repoN-cipher-pass)", error.Exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(started, await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_postmaster_start_time()"));
        await LeftNothingAsync();
    }

    // Lines of the journal: 2 a step that does something, 1 a step that was done already, and the plan, the lock and the end. The last but one is the
    // outcome of the last step; the run's end follows at once, and there is nothing to go on with.
    public static TheoryData<int> EachLine => [.. Enumerable.Range(1, 49)];

    // From another host right after a step was done, which the nodes do not know yet: the server has recovered, the timeline is archived, the set is made.
    [Theory]
    [MemberData(nameof(EachLine))]
    public async Task Killed_after_each_line_of_its_journal_it_ends_well(int line)
    {
        var pgBackRest = new LabPgBackRest(Lab);
        var sets = (await pgBackRest.LabelsAsync(Leader)).Count;
        var target = await LoseAsync();
        await KilledOperator.RunAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Confirm:$false", line);
        if (line is 24 or 28 or 45)
        {
            AnotherOperator();
        }

        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require().As<DrRun>()).Status);

        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        Assert.Equal(sets + 1, (await pgBackRest.LabelsAsync(Leader)).Count);
        await LeftNothingAsync();
    }

    // Right after the server has recovered, which the nodes do not know yet, its node loses its power, and the log what was not on disk.
    [Fact]
    public async Task A_log_that_is_gone_proves_nothing_and_is_not_waited_for()
    {
        await LoseAsync();
        var target = await ClockAsync();
        await Lab.QueryAsync(Leader, "zabbix", $"CREATE TABLE {Table} (n bigint)");
        await KillRecoveredAsync(target, "truncate -s 0");

        var unproven = Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").SingleError;

        Assert.Equal(("StepFailed", Leader), (unproven.FullyQualifiedErrorId.Split(',')[0], unproven.TargetObject));
        Assert.Contains("its log does not tell of a recovery", unproven.Exception.Message, StringComparison.Ordinal);
        Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Undo-DrRun -Confirm:$false").Require();
        await Lab.WaitHealthyAsync();
        Assert.Equal("0", await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*) FROM {Table}"));
        await LeftNothingAsync();
    }

    // The power is lost before the server takes connections: the one that is started in its place has nothing to recover, and says nothing of it.
    [Fact]
    public async Task What_a_server_has_said_of_its_recovery_is_kept_when_it_is_started_again()
    {
        var target = await LoseAsync();
        await KillRecoveredAsync(target, "sed -i '/ready to accept connections/d'");

        Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require();

        await Lab.WaitHealthyAsync();
        await IsBackAsync();
        await LeftNothingAsync();
    }

    [Fact]
    public async Task The_standby_can_be_named_to_be_restored_on_and_leads_then()
    {
        var target = await LoseAsync();

        var result = Assert.Single(Fixture.Session.Run("param($t, $n) Restore-PgPointInTime -TargetTime $t -Node $n -Confirm:$false", target, Standby).Require().As<PgPointInTimeRestore>());

        await Lab.WaitHealthyAsync();
        Assert.Equal((Standby, Standby), (result.Node, await Lab.LeaderAsync()));
        Assert.Equal("1", await Lab.QueryAsync(Standby, "zabbix", "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"));
        await IsBackAsync();
        await LeftNothingAsync();
    }

    // Full from the moment on in which the data is moved aside: on a small file system of its own, since a lab's host has the machine's.
    [Fact]
    public async Task A_disk_that_fills_up_meanwhile_stops_the_run_and_it_goes_on_once_there_is_room()
    {
        const string Postgres = "/var/lib/postgresql/17";
        try
        {
            await Lab.ExecCheckedAsync(Standby, "sh", "-ec", $"systemctl stop patroni; cp -a {Postgres} /root/17; mount -t tmpfs -o size=1g none {Postgres}; cp -a /root/17/. {Postgres}; systemctl start patroni");
            await Lab.WaitHealthyAsync();
            var target = await LoseAsync();
            await KilledOperator.RunUntilAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Node {Standby} -Confirm:$false", $"aside-{Standby}");
            await Lab.ExecAsync(Standby, "sh", "-c", $"dd if=/dev/zero of={Postgres}/filler bs=1M 2>/dev/null; truncate -s -8M {Postgres}/filler");

            var full = Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").SingleError;

            Assert.Equal(("StepFailed", Standby), (full.FullyQualifiedErrorId.Split(',')[0], full.TargetObject));
            Assert.Contains("No space left on device", full.Exception.Message, StringComparison.Ordinal);
            await Lab.ExecCheckedAsync(Standby, "rm", $"{Postgres}/filler");
            Fixture.Session.Run("Get-DrRun | Where-Object Status -in Failed, Unfinished | Resume-DrRun -Confirm:$false").Require();
            await Lab.WaitHealthyAsync();
            Assert.Equal(Standby, await Lab.LeaderAsync());
            await IsBackAsync();
            await LeftNothingAsync();
        }
        finally
        {
            await Lab.ResetAsync();
        }
    }

    [Fact]
    public async Task Five_gigabytes_with_50_ms_between_the_sites_are_back_to_the_row()
    {
        try
        {
            // A row takes a kilobyte of the table.
            await Lab.ExecCheckedAsync(
                Leader,
                ["runuser", "-u", "postgres", "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", "zabbix", "-c", $"CREATE TABLE {Table}_big AS SELECT n, repeat(md5(n::text), 30) AS filler FROM generate_series(1, 5000000) n"],
                TimeSpan.FromMinutes(20));
            Fixture.Session.Run("Invoke-PgBackRestBackup Full -Confirm:$false").Require();
            await Lab.DelayAsync(TimeSpan.FromMilliseconds(50));
            await Task.Delay(TimeSpan.FromSeconds(1));

            // Each commit waits for the other site, and that one for what it has not got yet.
            var writer = WriteAsync(TimeSpan.FromMinutes(10));
            var before = await RowsAsync(50);
            var target = await ClockAsync();
            var after = await RowsAsync(before);
            await RowsAsync(after + 50);
            await Lab.QueryAsync(Leader, "zabbix", $"DROP TABLE {Table}; DROP TABLE {Table}_big");
            await writer;

            Fixture.Session.Run("param($t) Restore-PgPointInTime -TargetTime $t -Confirm:$false", target).Require();

            await Lab.WaitHealthyAsync();
            Assert.InRange(int.Parse(await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*) FROM {Table}"), System.Globalization.CultureInfo.InvariantCulture), before, after);
            Assert.Equal("5000000", await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*) FROM {Table}_big"));
            Assert.True(long.Parse(await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_database_size('zabbix')"), System.Globalization.CultureInfo.InvariantCulture) > 5_000_000_000);
            await LeftNothingAsync();
        }
        finally
        {
            await Lab.DelayAsync(TimeSpan.Zero);
            await Lab.ResetAsync();
        }
    }

    // The document's scenario 2, word by word: kept to notice the day on which Patroni lets it work.
    [Fact]
    public async Task The_documents_own_sequence_replays_what_was_to_be_undone()
    {
        var target = await LoseAsync();
        await ArchivedAsync(target);
        foreach (var server in new[] { Standby, Leader })
        {
            await Lab.ExecCheckedAsync(server, "systemctl", "stop", "patroni");
        }

        await Lab.ExecCheckedAsync("etcd-1", "etcdctl", "del", "--prefix", "/service/zabbix-cluster");
        await new LabPgBackRest(Lab).RunAsync(Leader, "--stanza=zabbix-cluster", "--type=time", $"--target={target.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}+00", "--target-action=promote", "--delta", "restore");
        await Lab.ExecCheckedAsync(Leader, "systemctl", "start", "patroni");
        try
        {
            for (var until = DateTimeOffset.UtcNow.AddMinutes(2); await Lab.Health.LeaderAsync(CancellationToken.None) is null && DateTimeOffset.UtcNow < until;)
            {
                await Task.Delay(500);
            }

            Assert.Equal("", await Lab.QueryAsync(Leader, "zabbix", $"SELECT to_regclass('{Table}')"));
        }
        finally
        {
            await Lab.ResetAsync();
        }
    }

    // Once the server has recovered, which is known to the operator's machine alone: it is killed, something happens to its log, and another machine goes on.
    private async Task KillRecoveredAsync(DateTimeOffset target, string change)
    {
        await KilledOperator.RunAsync(Lab, StateFolder, $"Restore-PgPointInTime -TargetTime '{target:O}' -Confirm:$false", 24);
        AnotherOperator();
        await Lab.ExecCheckedAsync(Leader, "sh", "-ec", $"systemctl kill --signal=KILL 'zabbixdr-*-server.service'; while systemctl is-active -q 'zabbixdr-*-server.service'; do sleep 0.2; done; {change} /var/lib/zabbixdr/units/*-server/output");
    }

    // How often the fence refused it, and how often it took writes.
    private async Task<(int Refused, int Led)> StartAgainAndAgainAsync(CancellationToken over)
    {
        var (refused, led) = (0, 0);
        while (!over.IsCancellationRequested)
        {
            var started = await Lab.ExecAsync(Standby, "systemctl", "start", "patroni");
            refused += started.ExitCode == 0 ? 0 : 1;
            var asked = await Lab.ExecAsync(Standby, "runuser", "-u", "postgres", "--", "psql", "-XAtqc", "SELECT pg_is_in_recovery()");
            led += asked.Output.Trim() == "f" ? 1 : 0;
            await Task.Delay(100, CancellationToken.None);
        }

        return (refused, led);
    }

    // The set is being restored.
    private Task<CommandOutcome> RestoringAsync() => Lab.ExecCheckedAsync(
        Leader, ["sh", "-c", $"for attempt in $(seq 5000); do ls -d /var/lib/zabbixdr/units/*-restore-{Leader} 2>/dev/null && exit 0; sleep 0.02; done; exit 1"], TimeSpan.FromMinutes(2));

    // The target, once a later commit is in the archive.
    private async Task<DateTimeOffset> ArchivedAsync(DateTimeOffset target)
    {
        var segment = await Lab.QueryAsync(Leader, "zabbix", "SELECT pg_walfile_name(pg_switch_wal())");
        while (await Lab.QueryAsync(Leader, "zabbix", $"SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name = '{segment}.ready'") != "0")
        {
            await Task.Delay(200);
        }

        return target;
    }
}
