namespace ZabbixDR.Lab.Tests;

/// <summary>Each thing of the troubleshooting chapter, broken for real on the primary's node, is found with its cause.</summary>
[Collection(LabTestGroup.Name)]
public sealed class DiagnosisTests(LabFixture fixture)
{
    private const string Configuration = "/etc/pgbackrest/pgbackrest.conf";
    private const string Stanza = "/mnt/backup/pgbackrest/backup/zabbix-cluster";
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    [Fact]
    public async Task Nothing_is_found_where_nothing_is_wrong()
    {
        // A test before this one may have failed the archiver, which waits a minute then.
        await UntilArchivedAsync(await fixture.Lab.LeaderAsync());

        var findings = Debug("Debug-DrDeployment");

        Assert.All(findings, finding => Assert.True(finding.Status is ReadinessStatus.Pass or ReadinessStatus.Skipped, $"{finding}"));
        Assert.Equal(["archiving.ok", "s3.skipped", "stanza.ok", "storage.ok"], findings.Select(finding => finding.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["pg-siteA", "pg-siteB"], findings.Where(finding => finding.Subject == DrSubject.Storage).Select(finding => finding.Node));
        Assert.All(findings.Where(finding => finding.Status == ReadinessStatus.Pass), finding => Assert.NotEmpty(finding.Evidence));
    }

    [Theory]
    [InlineData("chown root /mnt/backup/pgbackrest", "chown postgres /mnt/backup/pgbackrest", "storage.owner-differs")]
    [InlineData($"chown root {Stanza}", $"chown postgres {Stanza}", "storage.owner-differs")]
    [InlineData("mount -t tmpfs -o size=20m tmpfs /mnt/backup; install -d -o postgres /mnt/backup/pgbackrest", "umount /mnt/backup", "storage.full")]
    [InlineData("mount -t tmpfs tmpfs /mnt/backup", "umount /mnt/backup", "storage.path-missing")]
    [InlineData("mount --bind /mnt/backup /mnt/backup; mount -o remount,bind,ro /mnt/backup", "umount /mnt/backup", "storage.read-only")]
    public async Task A_storage_that_is_broken_is_told(string broken, string mended, string id)
    {
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", broken);
        try
        {
            var fault = Assert.Single(Debug("Debug-DrDeployment Storage"), finding => finding.Status == ReadinessStatus.Fail && finding.Node == leader);

            Assert.Equal(id, fault.Id);
            Assert.NotEmpty(fault.Remediation!);
            Assert.NotEmpty(fault.Evidence);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", mended);
        }
    }

    [Theory]
    [InlineData("    mount: /mnt", "storage.not-mounted")]
    [InlineData("    mount: /mnt/backup\n    fileSystem: tmpfs", "storage.mount-differs")]
    public void A_mount_that_is_not_as_the_topology_means_it_is_told(string mount, string id)
    {
        var topology = fixture.TopologyWith("path: /mnt/backup/pgbackrest", $"path: /mnt/backup/pgbackrest\n{mount}");

        Assert.All(Debug("param($t) Debug-DrDeployment Storage -Topology $t", topology), finding => Assert.Equal((ReadinessStatus.Fail, id), (finding.Status, finding.Id)));
    }

    [Theory]
    [InlineData("10.77.1.31", "storage.server-silent", "refused")]
    [InlineData("no-such-server.lab", "storage.server-unknown", "not known")]
    public void A_file_server_that_does_not_answer_is_told(string server, string id, string said)
    {
        var topology = fixture.TopologyWith("    type: posix\n    path: /mnt/backup/pgbackrest\n", $"    type: nfs\n    server: {server}\n    export: /export/pgbackrest\n    mount: /mnt/backup\n");

        var findings = Debug("param($t) Debug-DrDeployment Storage -Topology $t", topology);

        Assert.All(findings, finding => Assert.Equal(id, finding.Id));
        Assert.All(findings, finding => Assert.Contains(said, finding.Finding, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_a_store_has_against_a_node_is_told_by_its_cause()
    {
        await using var kept = await NodeFileKept.OfAsync(fixture.Lab, Configuration, "pg-siteA", "pg-siteB");
        await fixture.Lab.StartS3Async();
        try
        {
            var (leader, topology) = (await fixture.Lab.LeaderAsync(), LabS3Topology.Of(fixture));
            fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Confirm:$false -Topology $t", topology).Require();
            fixture.Session.Run("param($t) Initialize-PgBackRestStanza -SkipCheck -Confirm:$false -Topology $t", topology).Require();
            Assert.All(Of(DrSubject.S3, topology, leader), finding => Assert.Equal("s3.ok", finding.Id));

            foreach (var (amendment, ids) in new (string, string[])[]
            {
                ("s/^repo2-s3-key=.*/repo2-s3-key=NOBODY/", ["s3.key-unknown"]),
                ("s/^repo2-s3-bucket=.*/repo2-s3-bucket=no-such-bucket/", ["s3.settings-differ", "s3.bucket-missing"]),
                ("s/^repo2-s3-region=.*/repo2-s3-region=elsewhere-1/", ["s3.settings-differ"]),
                ("s/^repo2-s3-uri-style=.*/repo2-s3-uri-style=host/", ["s3.settings-differ", "s3.uri-style"]),
                ("/^repo2-storage-ca-file=/d", ["s3.settings-differ", "s3.certificate"]),
                ("s/^repo2-s3-endpoint=.*/repo2-s3-endpoint=no-such-store.lab/", ["s3.settings-differ", "s3.name-unknown"]),
                ("s/^repo2-s3-endpoint=.*/repo2-s3-endpoint=10.77.1.31/;s/^repo2-storage-port=.*/repo2-storage-port=22/", ["s3.settings-differ", "s3.no-tls"]),
            })
            {
                await using var amended = await _pgBackRest.AmendAsync(leader, amendment);
                Assert.Equal(ids, Of(DrSubject.S3, topology, leader).Select(finding => finding.Id));
            }

            await fixture.Lab.StopS3Async();
            Assert.Equal(["s3.unreachable"], Of(DrSubject.S3, topology, leader).Select(finding => finding.Id));
        }
        finally
        {
            await fixture.Lab.StopS3Async();
        }
    }

    [Theory]
    [InlineData("s/^pg1-path=.*/pg1-path=\\/srv\\/elsewhere/", "stanza.data-directory-differs")]
    [InlineData("s/^pg1-port=.*/pg1-port=5999/", "stanza.port-differs")]
    [InlineData("s/^pg1-socket-path=.*/pg1-socket-path=\\/tmp/", "stanza.socket-differs")]
    [InlineData("s/^.zabbix-cluster.$/[another]/", "stanza.section-missing")]
    [InlineData("s/^\\(repo1-cipher-pass=\\).*/\\1quite-another/", "stanza.passphrase-wrong")]
    public async Task What_is_wrong_with_the_configuration_is_told(string amendment, string id)
    {
        var leader = await fixture.Lab.LeaderAsync();
        await using var amended = await _pgBackRest.AmendAsync(leader, amendment);

        Assert.Contains(Of(DrSubject.Stanza, null, leader), finding => finding.Status == ReadinessStatus.Fail && finding.Id == id);
    }

    [Fact]
    public async Task An_archiver_that_fails_names_the_stop_that_it_follows_from()
    {
        var leader = await fixture.Lab.LeaderAsync();
        await _pgBackRest.RunAsync(leader, "--stanza=zabbix-cluster", "stop");
        try
        {
            await UntilFailedAsync(leader);

            var findings = Debug("Debug-DrDeployment Stanza, Archiving");

            Assert.Contains(findings, finding => finding is { Id: "stanza.stopped", Status: ReadinessStatus.Fail } && finding.Node == leader);
            var failing = Assert.Single(findings, finding => finding.Id == "archiving.failing");
            Assert.Equal((ReadinessStatus.Fail, leader, "stanza.stopped"), (failing.Status, failing.Node, failing.CausedBy));
            Assert.Contains("[062]", failing.Finding, StringComparison.Ordinal);
        }
        finally
        {
            await _pgBackRest.RunAsync(leader, "--stanza=zabbix-cluster", "start");
            await UntilArchivedAsync(leader);
        }
    }

    [Fact]
    public async Task A_command_that_ALTER_SYSTEM_fixed_otherwise_is_told_as_such()
    {
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.QueryAsync(leader, "postgres", "ALTER SYSTEM SET archive_command = '/bin/true'");
        try
        {
            await ReloadAsync(leader, "/bin/true");

            var fault = Assert.Single(Of(DrSubject.Archiving, null, leader));

            Assert.Equal("archiving.overridden", fault.Id);
            Assert.Contains("'/bin/true'", fault.Finding, StringComparison.Ordinal);
            Assert.Contains("ALTER SYSTEM RESET archive_command", fault.Remediation, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.QueryAsync(leader, "postgres", "ALTER SYSTEM RESET archive_command");
            await ReloadAsync(leader, "archive-push");
        }
    }

    // pgbackrest info asks a store that is away again and again, some 50 s.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_stanza_that_cannot_be_read_names_the_store_that_it_follows_from()
    {
        await using var kept = await NodeFileKept.OfAsync(fixture.Lab, Configuration, "pg-siteA", "pg-siteB");
        await fixture.Lab.StartS3Async();
        var (leader, topology) = (await fixture.Lab.LeaderAsync(), LabS3Topology.Of(fixture));
        fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Confirm:$false -Topology $t", topology).Require();
        await fixture.Lab.StopS3Async();

        var fault = Assert.Single(Of(DrSubject.Stanza, topology, leader), finding => finding.Status == ReadinessStatus.Fail);

        Assert.Equal("s3.unreachable", fault.CausedBy);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_clock_that_is_far_from_the_stores_is_told()
    {
        await using var kept = await NodeFileKept.OfAsync(fixture.Lab, Configuration, "pg-siteA", "pg-siteB");
        await fixture.Lab.StartS3Async();
        var (leader, topology) = (await fixture.Lab.LeaderAsync(), LabS3Topology.Of(fixture));
        fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Confirm:$false -Topology $t", topology).Require();
        // The hosts of the lab share one kernel, and so one clock: faketime turns it back for every program of who logs in from now on.
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", "cp /etc/environment /etc/environment.true; printf 'LD_PRELOAD=%s\nFAKETIME=-20m\n' \"$(find /usr/lib -name libfaketime.so.1)\" >>/etc/environment");
        try
        {
            var fault = Assert.Single(Of(DrSubject.S3, topology, leader));

            Assert.Equal("s3.clock-skew", fault.Id);
            Assert.Contains("20 min behind", fault.Finding, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "mv", "/etc/environment.true", "/etc/environment");
            await fixture.Lab.StopS3Async();
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task An_archiver_that_is_off_or_has_another_command_is_told()
    {
        const string Lab = """{"postgresql":{"parameters":{"archive_mode":"on","archive_command":"pgbackrest --stanza=zabbix-cluster archive-push %p"}}}""";
        var leader = await fixture.Lab.LeaderAsync();
        try
        {
            await PatchAsync(leader, """{"postgresql":{"parameters":{"archive_command":"/bin/true"}}}""");
            await UntilAsync(leader, "SHOW archive_command", "/bin/true");
            Assert.Equal("archiving.command-differs", Assert.Single(Of(DrSubject.Archiving, null, leader)).Id);

            await PatchAsync(leader, """{"postgresql":{"parameters":{"archive_mode":"off"}}}""");
            await UntilAsync(leader, "SELECT pending_restart::text FROM pg_settings WHERE name = 'archive_mode'", "true");
            foreach (var host in new[] { "pg-siteA", "pg-siteB" })
            {
                await fixture.Lab.ExecCheckedAsync(host, ["patronictl", "-c", "/etc/patroni/config.yml", "restart", "zabbix-cluster", host, "--force"], TimeSpan.FromMinutes(2));
            }

            await fixture.Lab.WaitHealthyAsync();
            Assert.Equal("archiving.mode-off", Assert.Single(Of(DrSubject.Archiving, null, leader)).Id);

            await PatchAsync(leader, Lab);
            await UntilAsync(leader, "SELECT pending_restart::text FROM pg_settings WHERE name = 'archive_mode'", "true");
            Assert.Equal("archiving.restart-pending", Assert.Single(Of(DrSubject.Archiving, null, leader)).Id);
        }
        finally
        {
            await PatchAsync(leader, Lab);
            await Task.Delay(TimeSpan.FromSeconds(10));
            fixture.Session.Run("Restart-PatroniMember -Pending -IncludeLeader -Confirm:$false");
            await fixture.Lab.WaitHealthyAsync();
            await UntilArchivedAsync(leader);
        }
    }

    private IReadOnlyList<DrFinding> Debug(string script, params object[] arguments) => fixture.Session.Run(script, arguments).Require().As<DrFinding>();

    private List<DrFinding> Of(DrSubject subject, string? topology, string node) =>
        [.. Debug("param($s, $t) Debug-DrDeployment $s -Topology $t", subject, topology ?? fixture.Lab.TopologyFile).Where(finding => finding.Node == node)];

    private Task<CommandOutcome> PatchAsync(string host, string patch) =>
        fixture.Lab.ExecCheckedAsync(host, "curl", "-sf", "-X", "PATCH", "-d", patch, $"http://{(host == "pg-siteA" ? "10.77.1.21" : "10.77.2.22")}:8008/config");

    private async Task ReloadAsync(string host, string command)
    {
        await fixture.Lab.QueryAsync(host, "postgres", "SELECT pg_reload_conf()");
        await UntilAsync(host, "SHOW archive_command", command);
    }

    private async Task UntilFailedAsync(string host)
    {
        await fixture.Lab.QueryAsync(host, "postgres", "SELECT pg_logical_emit_message(true, 'test', 'x')");
        await fixture.Lab.QueryAsync(host, "postgres", "SELECT pg_switch_wal()");
        await UntilAsync(host, "SELECT (last_failed_time > coalesce(last_archived_time, '-infinity'))::text FROM pg_stat_archiver", "true");
    }

    // After three failures PostgreSQL waits a minute before it tries again (pgarch.c).
    private async Task UntilArchivedAsync(string host)
    {
        await fixture.Lab.QueryAsync(host, "postgres", "SELECT pg_switch_wal()");
        await UntilAsync(host, "SELECT (last_archived_time > coalesce(last_failed_time, '-infinity'))::text FROM pg_stat_archiver", "true");
    }

    private async Task UntilAsync(string host, string query, string part)
    {
        var last = "";
        for (var until = DateTimeOffset.UtcNow.AddSeconds(100); DateTimeOffset.UtcNow < until; await Task.Delay(500))
        {
            last = await fixture.Lab.QueryAsync(host, "postgres", query);
            if (last.Contains(part, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"{query}: still {last}");
    }
}
