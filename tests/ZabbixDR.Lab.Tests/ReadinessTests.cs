using System.Text.RegularExpressions;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class ReadinessTests(LabFixture fixture) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zabbixdr-readiness-");

    [Fact]
    public void A_stanza_that_no_repository_has_fails_and_the_topology_s_own_passes()
    {
        var wrong = fixture.TopologyWith("stanza: zabbix-cluster", "stanza: nobody");

        Assert.Equal(ReadinessStatus.Fail, One("stanza.status", wrong).Status);
        Assert.Contains("nobody", One("stanza.status", wrong).Reason, StringComparison.Ordinal);
        Assert.Equal(ReadinessStatus.Fail, One("backup.exists", wrong).Status);
        Assert.Equal(ReadinessStatus.Fail, One("backup.full-age", wrong).Status);
        Assert.Equal(ReadinessStatus.Pass, One("stanza.status").Status);
        Assert.Equal(ReadinessStatus.Pass, One("backup.exists").Status);
    }

    [Fact]
    public async Task A_backup_that_is_too_old_fails_with_the_label_that_pgbackrest_lists_last()
    {
        var newest = (await new LabPgBackRest(fixture.Lab).LabelsAsync("pg-siteA"))[^1];

        var old = One("backup.age", arguments: "-MaxBackupAge 00:00:01");

        Assert.Equal(ReadinessStatus.Fail, old.Status);
        Assert.Contains(newest, old.Reason, StringComparison.Ordinal);
        Assert.Equal("at most 1 s", old.Expected);
        Assert.Contains("Invoke-PgBackRestBackup", old.Remediation, StringComparison.Ordinal);
        Assert.Equal(ReadinessStatus.Fail, One("backup.full-age", arguments: "-MaxFullBackupAge 00:00:01").Status);
        fixture.Session.Run("Invoke-PgBackRestBackup -Type Full").Require();
        Assert.Equal(ReadinessStatus.Pass, One("backup.age", arguments: "-MaxBackupAge 00:10:00").Status);
        Assert.Equal(ReadinessStatus.Pass, One("backup.full-age", arguments: "-MaxFullBackupAge 00:10:00").Status);
    }

    [Fact]
    public async Task Archiving_fails_while_the_repository_cannot_be_written_and_passes_after_though_the_failed_segment_stays_named()
    {
        var leader = await fixture.Lab.LeaderAsync();
        const string Archive = "/mnt/backup/pgbackrest/archive/zabbix-cluster";
        var mode = (await fixture.Lab.ExecCheckedAsync(leader, "stat", "-c", "%a", Archive)).Output.Trim();
        await fixture.Lab.ExecCheckedAsync(leader, "chmod", "0", Archive);
        try
        {
            await UntilAsync(leader, "select pg_switch_wal(); select last_failed_time > last_archived_time from pg_stat_archiver");

            var broken = One("archiver.status");

            Assert.Equal(ReadinessStatus.Fail, broken.Status);
            Assert.Equal(leader, broken.Node);
            Assert.Contains(await fixture.Lab.QueryAsync(leader, "postgres", "select last_failed_wal from pg_stat_archiver"), broken.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "chmod", mode, Archive);
        }

        // After three failures the archiver rests for a minute, or until there is more to do.
        await UntilAsync(leader, "select pg_logical_emit_message(false, 'zdr', ''), pg_switch_wal(); select last_archived_time > last_failed_time from pg_stat_archiver");
        var mended = One("archiver.status");
        Assert.Equal(ReadinessStatus.Pass, mended.Status);
        Assert.NotEqual("", await fixture.Lab.QueryAsync(leader, "postgres", "select last_failed_wal from pg_stat_archiver"));
        Assert.Equal(ReadinessStatus.Fail, One("archiver.status", arguments: "-MaxArchiveAge 00:00:00").Status);
    }

    [Fact]
    public void A_snapshot_must_exist_be_young_and_be_sound()
    {
        var topology = fixture.TopologyWith("directory: etcd-snapshots", $"directory: {_folder.FullName}");

        Assert.Equal("none", One("etcd.snapshot-age", topology).Actual);
        Assert.Equal(ReadinessStatus.Fail, One("etcd.snapshot-age", topology).Status);

        var snapshot = Assert.Single(fixture.Session.Run("param($t) Save-EtcdSnapshot -Topology $t", topology).Require().As<EtcdSnapshot>());
        Assert.Equal(ReadinessStatus.Pass, One("etcd.snapshot-age", topology).Status);

        File.WriteAllBytes(Path.Combine(_folder.FullName, "newer.db"), File.ReadAllBytes(snapshot.Path)[..^100]);
        var doubtful = One("etcd.snapshot-age", topology);
        Assert.Equal(ReadinessStatus.Warn, doubtful.Status);
        Assert.Contains("newer.db", doubtful.Reason, StringComparison.Ordinal);

        File.SetLastWriteTimeUtc(snapshot.Path, DateTime.UtcNow.AddDays(-3));
        var old = One("etcd.snapshot-age", topology);
        Assert.Equal(ReadinessStatus.Fail, old.Status);
        Assert.StartsWith("3 d", old.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_archive_must_exist_be_young_and_be_complete()
    {
        var topology = fixture.TopologyWith("directory: zabbix-config", $"directory: {_folder.FullName}");

        Assert.Equal("none", One("configuration.age", topology).Actual);
        fixture.Session.Run("param($t) Backup-DrConfiguration -Topology $t", topology).Require();
        Assert.Equal(ReadinessStatus.Pass, One("configuration.age", topology).Status);
        Assert.Equal(ReadinessStatus.Fail, One("configuration.age", topology, "-MaxConfigurationAge 00:00:00").Status);

        await fixture.Lab.ExecCheckedAsync("zbx-siteA", "sh", "-ec", "mkdir -p /usr/lib/zabbix; ln -s /nowhere /usr/lib/zabbix/externalscripts");
        try
        {
            Assert.Single(fixture.Session.Run("param($t) Backup-DrConfiguration -Topology $t", topology).Errors);
            var partial = One("configuration.age", topology);
            Assert.Equal(ReadinessStatus.Fail, partial.Status);
            Assert.EndsWith("partial", partial.Actual, StringComparison.Ordinal);
            Assert.Contains("zbx-siteA: /usr/lib/zabbix/externalscripts is a link to nothing", partial.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("zbx-siteA", "rm", "/usr/lib/zabbix/externalscripts");
        }
    }

    [Fact]
    public async Task Failsafe_mode_is_judged_as_patronictl_shows_it()
    {
        var before = await FailsafeAsync();
        try
        {
            foreach (var (setting, status) in new[] { ("true", ReadinessStatus.Pass), ("false", ReadinessStatus.Warn) })
            {
                await SetFailsafeAsync(setting);
                Assert.Equal($"failsafe_mode: {setting}", await FailsafeAsync());
                Assert.Equal(status, One("patroni.failsafe").Status);
            }
        }
        finally
        {
            await SetFailsafeAsync(before.EndsWith("true", StringComparison.Ordinal) ? "true" : before.Length == 0 ? "null" : "false");
        }
    }

    [Fact]
    public async Task A_synchronous_standby_that_is_stopped_fails_and_the_primary_passes_alone()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var standby = leader == "pg-siteA" ? "pg-siteB" : "pg-siteA";
        Assert.Equal(standby, One("cluster.sync-standby").Node);
        await fixture.Lab.ExecCheckedAsync(standby, "systemctl", "stop", "patroni");
        try
        {
            Assert.Equal(ReadinessStatus.Fail, One("cluster.sync-standby").Status);
            var primary = One("cluster.primary");
            Assert.Equal(ReadinessStatus.Pass, primary.Status);
            Assert.Equal(leader, primary.Node);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(standby, "systemctl", "start", "patroni");
            await fixture.Lab.WaitHealthyAsync(TimeSpan.FromMinutes(3));
        }

        Assert.Equal(ReadinessStatus.Pass, One("cluster.sync-standby").Status);
    }

    [Fact]
    public async Task A_member_of_etcd_without_power_is_an_error_with_its_reason_and_the_others_pass()
    {
        await fixture.Lab.KillAsync("etcd-3");
        try
        {
            await ElectedAsync();

            var checks = Run("etcd.endpoints");

            Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], checks.Select(check => check.Node));
            Assert.Equal([ReadinessStatus.Pass, ReadinessStatus.Pass, ReadinessStatus.Error], checks.Select(check => check.Status));
            Assert.False(string.IsNullOrEmpty(checks[2].Reason));
        }
        finally
        {
            await fixture.Lab.StartAsync("etcd-3");
            await fixture.Lab.WaitHealthyAsync(TimeSpan.FromMinutes(3));
        }
    }

    // Where the killed member led, the two are without a leader for an election's time: nothing of theirs passes then, rightly.
    private async Task ElectedAsync()
    {
        foreach (var member in new[] { "etcd-1", "etcd-2" })
        {
            await fixture.Lab.ExecCheckedAsync(member, "timeout", "30", "sh", "-c", "until ETCDCTL_ENDPOINTS=https://127.0.0.1:2379 etcdctl endpoint health; do sleep 0.2; done");
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Without_a_majority_of_etcd_the_member_that_is_left_and_the_primary_fail()
    {
        await fixture.Lab.KillAsync("etcd-1");
        await fixture.Lab.KillAsync("etcd-2");
        try
        {
            await Task.WhenAll(UntilAsync("pg-siteA", "select pg_is_in_recovery()"), UntilAsync("pg-siteB", "select pg_is_in_recovery()"));

            var left = Assert.Single(Run("etcd.endpoints"), check => check.Node == "etcd-3");
            var primary = One("cluster.primary");

            Assert.Equal(ReadinessStatus.Fail, left.Status);
            Assert.Contains("leader", left.Reason, StringComparison.Ordinal);
            Assert.Equal(ReadinessStatus.Fail, primary.Status);
            Assert.False(string.IsNullOrEmpty(primary.Remediation));
        }
        finally
        {
            await Task.WhenAll(fixture.Lab.StartAsync("etcd-1"), fixture.Lab.StartAsync("etcd-2"));
            await fixture.Lab.WaitHealthyAsync();
        }

        Assert.Equal(ReadinessStatus.Pass, One("cluster.primary").Status);
    }

    [Fact]
    public async Task What_could_not_be_asked_is_an_error_with_the_reason_and_never_a_pass()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
        await fixture.Lab.HangAsync("pg-siteA");
        await fixture.Lab.HangAsync("pg-siteB");
        try
        {
            var checks = Run("backup.*, stanza.*, archiver.*", topology);

            Assert.Equal(5, checks.Select(check => check.Id).Distinct().Count());
            Assert.All(checks, check => Assert.Equal(ReadinessStatus.Error, check.Status));
            Assert.All(checks, check => Assert.Contains("pg-site", check.Reason, StringComparison.Ordinal));
        }
        finally
        {
            await fixture.Lab.ResumeAsync("pg-siteA");
            await fixture.Lab.ResumeAsync("pg-siteB");
        }
    }

    [Fact]
    public void A_check_that_takes_too_long_is_an_error()
    {
        var check = One("archiver.status", arguments: "-TimeLimit 00:00:00.001");

        Assert.Equal(ReadinessStatus.Error, check.Status);
        Assert.Contains("no answer within", check.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_of_what_the_topology_lacks_is_skipped_with_the_reason()
    {
        var check = One("configuration.age", fixture.TopologyWith("configuration:\n  directory: zabbix-config\n  keepDays: 30", ""));

        Assert.Equal(ReadinessStatus.Skipped, check.Status);
        Assert.Contains("configuration", check.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_no_check_has_ends_the_command_and_names_those_that_there_are()
    {
        var error = fixture.Session.Run("Test-DrReadiness -Id backup.exits").SingleError;

        Assert.Equal("ReadinessCheckUnknown", Regex.Replace(error.FullyQualifiedErrorId, ",.*", ""));
        Assert.Contains("backup.exists", error.Exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ReadinessCheck One(string id, string? topology = null, string arguments = "") => Assert.Single(Run(id, topology, arguments));

    private IReadOnlyList<ReadinessCheck> Run(string id, string? topology = null, string arguments = "") => fixture.Session
        .Run($"param($t) $of = @{{}}; if ($t) {{ $of.Topology = $t }}; Test-DrReadiness -Id {id} {arguments} @of", topology)
        .Require()
        .As<ReadinessCheck>();

    private async Task UntilAsync(string host, string question)
    {
        for (var attempt = 0; attempt < 180; attempt++)
        {
            // Also while PostgreSQL restarts.
            var answer = await fixture.Lab.ExecAsync(host, "runuser", "-u", "postgres", "--", "psql", "-XAtqc", question);
            if (answer.Output.TrimEnd().EndsWith('t'))
            {
                return;
            }

            await Task.Delay(500);
        }

        Assert.Fail($"{question} did not come true on {host}");
    }

    private async Task<string> FailsafeAsync() =>
        (await fixture.Lab.ExecCheckedAsync("pg-siteA", "sh", "-c", "patronictl -c /etc/patroni/config.yml show-config | grep ^failsafe_mode || true")).Output.Trim();

    private Task<CommandOutcome> SetFailsafeAsync(string setting) =>
        fixture.Lab.ExecCheckedAsync("pg-siteA", "patronictl", "-c", "/etc/patroni/config.yml", "edit-config", "-s", $"failsafe_mode={setting}", "--force", "--quiet");
}
