namespace ZabbixDR.Lab.Tests;

/// <summary>The two profiles of rights, on hosts whose login user has nothing else.</summary>
[Collection(LabTestGroup.Name)]
public sealed class RightsTests(LabFixture fixture, WatcherRights rights) : IClassFixture<WatcherRights>
{
    private const string Watcher = WatcherRights.User;
    private readonly string _topology = rights.Topology;

    // What the commands that look need beside a deployment; a new one without arguments needs no line here.
    private static readonly Dictionary<string, string?> Arguments = new()
    {
        ["Test-EtcdSnapshot"] = null, // reads a file of the management host alone
        ["Test-PgBackRestRepository"] = "-Full",
        ["Test-PgRecoveryTarget"] = "'2026-01-01 00:00:00+00'",
    };

    [Fact]
    public async Task Both_files_are_what_visudo_takes()
    {
        foreach (var rule in fixture.Session.Run("New-DrSudoRule").Require().As<DrSudoRule>())
        {
            var check = await fixture.Lab.ExecAsync("pg-siteA", "sh", "-c", "printf %s \"$1\" >/run/check.sudoers; chmod 440 /run/check.sudoers; visudo -csf /run/check.sudoers", "sh", rule.Content);

            Assert.True(check.Succeeded, check.Output + check.Error);
            Assert.Equal("/etc/sudoers.d/zabbixdr", rule.Path);
        }
    }

    [Fact]
    public async Task With_observe_alone_every_command_that_looks_does_its_work()
    {
        // As a run of another management host leaves it on a node.
        const string Journal =
            """{"run":"20260101T000000Z-cafe","number":1,"at":"2026-01-01T00:00:00+00:00","event":"Planned","operator":"alice@elsewhere","plan":{"id":"20260101T000000Z-cafe","runbook":"EtcdRestore","title":"A run","deployment":"lab","createdAt":"2026-01-01T00:00:00+00:00","createdBy":"alice@elsewhere","moduleVersion":"0","steps":[]}}""";
        const string JournalFile = "/var/lib/zabbixdr/runs/20260101T000000Z-cafe.jsonl";
        await fixture.Lab.ExecCheckedAsync("etcd-1", "sh", "-c", $"install -d /var/lib/zabbixdr/runs; echo '{Journal}' >{JournalFile}");
        try
        {
            var names = fixture.Session.Run("(Get-Command -Module ZabbixDR | Where-Object Verb -in Get, Test).Name").Require().As<string>();
            Assert.Contains("Get-PgBackRestBackup", names);
            var operate = fixture.TopologyWith("keepDays: 7", "keepDays: 7\n    copies: [etcd-2]\n    nodeDirectory: /srv/etcd-copies");
            fixture.Session.Run("param($t) Save-EtcdSnapshot -Topology $t", operate).Require();
            foreach (var name in names.Where(name => !Arguments.TryGetValue(name, out var arguments) || arguments is not null))
            {
                var run = fixture.Session.Run($"param($t) {name} {Arguments.GetValueOrDefault(name)} -Topology $t", _topology).Require();

                Assert.NotEmpty(run.Output);
                Assert.All(run.Output.Select(item => item.BaseObject).OfType<ReadinessCheck>(), check => Assert.True(check.Status != ReadinessStatus.Error, $"{check.Id}: {check.Reason}"));
                // Test-DrTopology says of files that hold passwords that they may not be read (docs/decisions/008).
                Assert.All(run.Output.Select(item => item.BaseObject).OfType<TopologyCheck>().Where(_ => name != "Test-DrTopology"), check => Assert.True(check.Status != ReadinessStatus.Error, $"{check.Id}: {check.Reason}"));
            }

            var copies = fixture.Session.Run("param($t) Get-EtcdSnapshot -Verify -Topology $t", _topology).Require().As<EtcdSnapshotFile>().Where(file => file.Node == "etcd-2");
            Assert.All(copies, copy => Assert.Equal(EtcdSnapshotStatus.Valid, copy.Status));
            Assert.NotEmpty(copies);
            Assert.Equal("alice@elsewhere", Assert.Single(fixture.Session.Run("param($t) Get-DrRun 20260101* -Topology $t", _topology).Require().As<DrRun>()).Operator);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("etcd-1", "rm", JournalFile);
        }

        var latest = fixture.Session.Run("param($t) Get-PgBackRestBackup -Latest -Topology $t", _topology).Require().As<PgBackRestBackup>().Single();
        fixture.Session.Run("param($t, $r) Get-PgBackRestBackup -Repository $r -Topology $t", _topology, latest.Repository).Require();
        fixture.Session.Run("param($t) Get-PgBackRestBackup -Stanza * -Topology $t", _topology).Require();
        Assert.NotNull(fixture.Session.Run("param($t, $l) Get-PgBackRestBackup $l -Topology $t", _topology, latest.Label).Require().As<PgBackRestBackup>().Single().Options);
        Assert.All(fixture.Session.Run("param($t) Get-PgRecoveryWindow -Topology $t", _topology).Require().As<PgRecoveryWindow>(), window => Assert.Equal(PgWindowEdge.Exact, window.UpperEdgeIs));
    }

    [Fact]
    public async Task With_observe_nothing_can_be_changed_by_the_commands_that_would()
    {
        var backup = fixture.Session.Run("param($t) Invoke-PgBackRestBackup -Type Incr -Topology $t -Confirm:$false", _topology).SingleError;
        Assert.StartsWith("BecomeRefused,", backup.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("New-DrSudoRule", backup.Exception.Message, StringComparison.Ordinal);

        foreach (var node in rights.Rule.Nodes)
        {
            var writable = await fixture.Lab.ExecAsync(node, "runuser", "-u", Watcher, "--", "find", "/etc", "/usr", "/var", "/mnt", "/root", "/boot", "-xdev", "-not", "-type", "l", "-writable", "-not", "-path", "/var/tmp", "-not", "-path", "/var/lock");
            Assert.Equal("", writable.Output);
        }
    }

    // Each is one step away from a command that the rules allow.
    [Theory]
    [InlineData("postgres", "pgbackrest --stanza=zabbix-cluster --output=json --log-level-console=off --log-level-stderr=warn --io-timeout=5 backup")]
    [InlineData("postgres", "pgbackrest --stanza=zabbix-cluster --output=json --log-level-console=off --log-level-stderr=warn --io-timeout=5 info --config=/tmp/own.conf")]
    [InlineData("postgres", "pgbackrest --stanza=other --output=json --log-level-console=off --log-level-stderr=warn --io-timeout=5 info")]
    [InlineData("postgres", "pgbackrest --stanza=zabbix-cluster --repo=1 --cmd=/tmp/own --output=json --log-level-console=off --log-level-stderr=warn --io-timeout=5 info")]
    [InlineData("postgres", "pgbackrest --stanza=zabbix-cluster --set=20261122-010203F --log-path=/tmp --output=json --log-level-console=off --log-level-stderr=warn --io-timeout=5 info")]
    [InlineData("postgres", "pgbackrest --log-level-console=off --log-level-stderr=warn --io-timeout=5 repo-rm backup")]
    [InlineData("postgres", "pgbackrest --stanza=zabbix-cluster expire")]
    [InlineData("postgres", "pgbackrest --repo=1 --log-level-console=off --log-level-stderr=warn --io-timeout=5 repo-get archive/zabbix-cluster/archive.info")]
    [InlineData("postgres", "pgbackrest --stanza=zabbix-cluster --repo=1 --verbose --log-level-console=detail --log-level-file=off --log-level-stderr=off --log-timestamp verify --log-path=/tmp")]
    [InlineData("postgres", "psql")]
    [InlineData("postgres", "sh")]
    [InlineData("root", "pgbackrest --stanza=zabbix-cluster --output=json --log-level-console=off --log-level-stderr=warn --io-timeout=5 info")]
    [InlineData("root", "cat /etc/shadow")]
    [InlineData("root", "sh -c id sh /srv/etcd-copies list")]
    public async Task What_stands_beside_the_rules_is_refused(string user, string command)
    {
        var refused = await fixture.Lab.ExecAsync("pg-siteA", ["runuser", "-u", Watcher, "--", "sudo", "-n", "-u", user, "--", .. command.Split(' ')], null);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("a password is required", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zabbix", "DELETE FROM ha_node")]
    [InlineData("zabbix", "UPDATE config SET ha_failover_delay = '1m'")]
    [InlineData("zabbix", "SELECT session_key FROM config")]
    [InlineData("zabbix", "SELECT passwd FROM users")]
    [InlineData("zabbix", "CREATE TABLE public.left_behind ()")]
    [InlineData("postgres", "CREATE DATABASE left_behind")]
    [InlineData("postgres", "ALTER SYSTEM SET archive_mode = off")]
    [InlineData("postgres", "SELECT pg_reload_conf()")]
    [InlineData("postgres", "SELECT pg_promote()")]
    [InlineData("postgres", "SELECT pg_switch_wal()")]
    [InlineData("postgres", "SELECT pg_read_file('/etc/passwd')")]
    [InlineData("postgres", "COPY (SELECT 1) TO PROGRAM 'cat'")]
    [InlineData("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'")]
    public async Task What_the_database_role_may_not_see_or_change_is_refused(string database, string sql)
    {
        var leader = await fixture.Lab.LeaderAsync();

        var refused = await fixture.Lab.ExecAsync(leader, "runuser", "-u", Watcher, "--", "psql", "-X", "-d", database, "-c", sql);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("ermission denied", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_login_user_that_could_mean_more_than_a_name_is_refused()
    {
        foreach (var name in new[] { "x y", "a,b", "ALL", "root ALL=(ALL) ALL\n#", "-x" })
        {
            Assert.StartsWith("LoginUserUnfit,", fixture.Session.Run("param($u) New-DrSudoRule -User $u", name).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        }
    }
}
