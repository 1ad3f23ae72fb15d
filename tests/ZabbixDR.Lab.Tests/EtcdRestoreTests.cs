using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

/// <summary>etcd brought back from a snapshot, with Patroni and PostgreSQL on it.</summary>
[Collection(LabTestGroup.Name)]
public sealed class EtcdRestoreTests : IAsyncLifetime
{
    private const string Data = "/var/lib/etcd/default";
    private static readonly string[] s_members = ["etcd-1", "etcd-2", "etcd-3"];
    private readonly LabFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-restore-").FullName;
    private readonly string? _stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
    private string _mark = "";
    private string _snapshot = "";

    public EtcdRestoreTests(LabFixture fixture) => _fixture = fixture;

    private TwoSiteLab Lab => _fixture.Lab;

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder);
        _mark = Guid.NewGuid().ToString("N");
        await EtcdctlAsync("put", "/zabbixdr-test", _mark);
        _snapshot = Assert.Single(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", _folder).Require().As<EtcdSnapshot>()).Path;
        await EtcdctlAsync("put", "/zabbixdr-test", "later");
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _stateHome);
        Directory.Delete(_folder, recursive: true);
        foreach (var host in Lab.Hosts)
        {
            await Lab.ExecCheckedAsync(host.Name, "sh", "-c", $"rm -rf {Data}/member.before-* /var/lib/zabbixdr/lock /var/lib/zabbixdr/runs");
        }

        await Lab.WaitHealthyAsync();
    }

    [Fact]
    public async Task The_whole_cluster_comes_back_after_every_members_data_is_gone()
    {
        var identifier = await Lab.QueryAsync(await Lab.LeaderAsync(), "zabbix", "SELECT system_identifier FROM pg_control_system()");
        foreach (var member in s_members)
        {
            await Lab.ExecCheckedAsync(member, "sh", "-c", $"systemctl kill --signal=KILL etcd; systemctl stop etcd; rm -rf {Data}");
        }

        var run = Restore().Require();

        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(run.As<DrRun>()).Status);
        await IsBackAsync();
        Assert.Equal(identifier, await Lab.QueryAsync(await Lab.LeaderAsync(), "zabbix", "SELECT system_identifier FROM pg_control_system()"));
        foreach (var member in s_members)
        {
            Assert.Equal("etcd etcd 700", (await Lab.ExecCheckedAsync(member, "stat", "-c", "%U %G %a", Data)).Output.Trim());
        }
    }

    [Fact]
    public async Task It_goes_back_and_keeps_what_was_and_PostgreSQL_never_stops()
    {
        const long RevisionsAhead = 1_000_000_000;
        var leader = await Lab.LeaderAsync();
        var started = await Lab.QueryAsync(leader, "zabbix", "SELECT pg_postmaster_start_time()");
        var snapshot = Assert.Single(_fixture.Session.Run("param($f) Test-EtcdSnapshot $f", _snapshot).Require().As<EtcdSnapshotCheck>()).Revision;

        var run = Assert.Single(Restore().Require().As<DrRun>());

        await IsBackAsync();
        Assert.True(await RevisionAsync() > snapshot + RevisionsAhead);
        var next = Assert.Single(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d | Test-EtcdSnapshot", _folder).Require().As<EtcdSnapshotCheck>());
        Assert.Equal((EtcdSnapshotStatus.Valid, true), (next.Status, next.Revision > snapshot + RevisionsAhead));

        // A unit of Type=notify that is active has a quorum, which one member alone has not: its start was not waited for.
        Assert.Equal("etcd.service is activating", run.Steps.Single(step => step.Step == "start-etcd-1").Detail);
        Assert.EndsWith("; users root (authentication on)", run.Steps.Single(step => step.Step == "etcd-healthy").Detail, StringComparison.Ordinal);
        Assert.Equal((leader, started), (await Lab.LeaderAsync(), await Lab.QueryAsync(leader, "zabbix", "SELECT pg_postmaster_start_time()")));
        foreach (var member in s_members)
        {
            await Lab.ExecCheckedAsync(member, "test", "-f", $"{Data}/member.before-{run.Id}/snap/db");
            Assert.Equal(["member", $"member.before-{run.Id}"], (await Lab.ExecCheckedAsync(member, "ls", Data)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        // The same journal here, on a node that was worked on, and on one node of each site.
        var here = await File.ReadAllTextAsync(Path.Combine(_folder, "zabbixdr", "runs", $"{run.Id}.jsonl"));
        foreach (var node in new[] { "etcd-1", "etcd-2" })
        {
            Assert.Equal(here, (await Lab.ExecCheckedAsync(node, "cat", $"/var/lib/zabbixdr/runs/{run.Id}.jsonl")).Output);
        }

        Assert.All(_fixture.Session.Run("Get-DrLock").Require().As<DrLock>(), held => Assert.Null(held.Run));
        Assert.Equal(run.Id, Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>()).Id);
    }

    [Fact]
    public async Task WhatIf_shows_every_command_and_changes_nothing()
    {
        var before = await RevisionAsync();

        var run = _fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -WhatIf", _snapshot).Require();

        Assert.Empty(run.Output);
        var shown = string.Join('\n', _fixture.Session.Shown);
        foreach (var command in new[] { "snapshot restore", "systemctl stop etcd.service", $"mv {Data}/member ", "systemctl start --no-block etcd.service", "--signal=STOP", "pg_logical_emit_message" })
        {
            Assert.Contains(command, shown, StringComparison.Ordinal);
        }

        Assert.True(await RevisionAsync() >= before);
        foreach (var host in Lab.Hosts)
        {
            Assert.False((await Lab.ExecAsync(host.Name, "sh", "-c", $"ls {Data}/zabbixdr-* /var/lib/zabbixdr/runs/* 2>/dev/null | grep .")).Succeeded, host.Name);
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Another_run_is_refused_and_told_who_holds_the_lock()
    {
        const string Theirs = """{"run":"20260101T000000Z-beef","owner":"alice@elsewhere","since":"2026-01-01T00:00:00Z"}""";
        await Lab.ExecCheckedAsync("zbx-siteB", "sh", "-c", $"mkdir -p /var/lib/zabbixdr; echo '{Theirs}' >/var/lib/zabbixdr/lock; echo 700 >/var/lib/zabbixdr/fence");

        var error = Restore().SingleError;

        Assert.Equal(("LockHeld", "zbx-siteB"), (error.FullyQualifiedErrorId.Split(',')[0], error.TargetObject));
        Assert.Contains("run 20260101T000000Z-beef holds it, taken by alice@elsewhere at 2026-01-01 00:00:00 UTC", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(DrRunStatus.Abandoned, Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>()).Status);
        var locks = _fixture.Session.Run("Get-DrLock").Require().As<DrLock>();
        Assert.Equal(["zbx-siteB"], locks.Where(held => held.Run is not null).Select(held => held.Node));

        _fixture.Session.Run("Get-DrLock | Where-Object Run | Remove-DrLock -Reason 'ticket 4711' -Confirm:$false").Require();
        Assert.Contains("ticket 4711", (await Lab.ExecCheckedAsync("zbx-siteB", "journalctl", "-t", "zabbixdr", "-o", "cat", "--no-pager")).Output, StringComparison.Ordinal);
        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(Restore().Require().As<DrRun>()).Status);

        // Above the highest that any node had, and the same on all.
        Assert.True(Assert.Single(_fixture.Session.Run("Get-DrLock").Require().As<DrLock>().Select(held => held.FencingNumber).Distinct()) > 700);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_backup_that_goes_on_keeps_a_run_away_and_a_run_keeps_a_backup_away()
    {
        const string Freeze = """for attempt in $(seq 1000); do pid=$(sed -n 's/.*"pid":\([0-9][0-9]*\).*/\1/p' /tmp/pgbackrest/zabbix-cluster-backup*.lock 2>/dev/null); [ -n "$pid" ] && kill -STOP "$pid" && echo "$pid" && exit 0; sleep 0.02; done; exit 1""";
        var leader = await Lab.LeaderAsync();
        var pgBackRest = new LabPgBackRest(Lab);
        using var other = ModuleSession.Open();
        var backup = Task.Run(() => other.Run("param($t) Invoke-PgBackRestBackup Full -Topology $t -Confirm:$false", Lab.TopologyFile));
        var process = (await Lab.ExecCheckedAsync(leader, "sh", "-c", Freeze)).Output.Trim();
        try
        {
            var error = Restore().SingleError;

            Assert.Equal(("NodeChangesNow", leader), (error.FullyQualifiedErrorId.Split(',')[0], error.TargetObject));
            Assert.Contains("pgbackrest --stanza=zabbix-cluster --type=full", error.Exception.Message, StringComparison.Ordinal);
            Assert.Equal("later", await MarkAsync());
        }
        finally
        {
            // sudo stops itself with its command, and goes on only when it is told.
            await Lab.ExecCheckedAsync(leader, "sh", "-c", "kill -CONT $(ps -o ppid= -p $0) $0", process);
        }

        Assert.Single((await backup).Require().As<PgBackRestBackup>());

        var sets = await pgBackRest.LabelsAsync(leader);
        await Lab.ExecCheckedAsync(leader, "sh", "-c", """echo '{"run":"20260101T000000Z-beef","owner":"alice@elsewhere","since":"2026-01-01T00:00:00Z"}' >/var/lib/zabbixdr/lock""");
        var refused = other.Run("param($t) Invoke-PgBackRestBackup Incr -Topology $t -Confirm:$false", Lab.TopologyFile).SingleError;
        Assert.Equal(("RunHoldsNode", leader), (refused.FullyQualifiedErrorId.Split(',')[0], refused.TargetObject));
        Assert.Contains("alice@elsewhere", refused.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(sets, await pgBackRest.LabelsAsync(leader));
    }

    [Fact]
    public async Task A_damaged_snapshot_and_a_member_that_cannot_be_reached_are_refused_with_nothing_changed()
    {
        var damaged = Path.Combine(_folder, "damaged.db");
        var bytes = await File.ReadAllBytesAsync(_snapshot);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);
        Assert.Equal("SnapshotNotRestorable", _fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Confirm:$false", damaged).SingleError.FullyQualifiedErrorId.Split(',')[0]);

        await Lab.ExecCheckedAsync("etcd-3", "sh", "-c", "systemctl stop ssh.socket ssh");
        try
        {
            // A connection of its own: the session's to etcd-3 is open, and outlives its sshd.
            var error = _fixture.Session.Run("param($f, $t) Restore-EtcdSnapshot $f -Topology $t -Confirm:$false", _snapshot, Lab.TopologyFile).SingleError;
            Assert.Equal(("NodeUnreachable", "etcd-3"), (error.FullyQualifiedErrorId.Split(',')[0], error.TargetObject));
        }
        finally
        {
            await Lab.ExecCheckedAsync("etcd-3", "systemctl", "start", "ssh");
        }

        await Lab.WaitHealthyAsync();
        Assert.Equal("later", await MarkAsync());
        Assert.All(_fixture.Session.Run("Get-DrLock").Require().As<DrLock>(), held => Assert.Null(held.Run));
    }

    [Fact]
    public async Task A_snapshot_that_would_leave_Patroni_or_us_outside_is_refused_with_nothing_changed()
    {
        // Another cluster's: PostgreSQL's identifier in it is another number, and its checksum is right.
        var identifier = await Lab.QueryAsync(await Lab.LeaderAsync(), "zabbix", "SELECT system_identifier FROM pg_control_system()");
        var others = identifier[..^1] + (identifier[^1] == '1' ? '2' : '1');
        var stranger = Path.Combine(_folder, "stranger.db");
        var bytes = await File.ReadAllBytesAsync(_snapshot);
        for (int found; (found = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(identifier))) >= 0;)
        {
            Encoding.ASCII.GetBytes(others).CopyTo(bytes, found);
        }

        SHA256.HashData(bytes.AsSpan(..^SHA256.HashSizeInBytes)).CopyTo(bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes));
        await File.WriteAllBytesAsync(stranger, bytes);
        AssertRefused("SnapshotOfAnotherCluster", $"it belongs to the database {others}, and pg-site", stranger, Lab.TopologyFile);
        AssertRefused("SnapshotOfAnotherCluster", "holds nothing of Patroni under /elsewhere/zabbix-cluster, but under /service/zabbix-cluster", _snapshot, _fixture.TopologyWith("  namespace: /service", "  namespace: /elsewhere/"));
        AssertRefused("SnapshotWithoutUser", "it has no user operator", _snapshot, _fixture.TopologyWith("  user: root\n  password: file:etcd-root-password", "  user: operator\n  password: file:etcd-root-password"));

        var unsummed = Path.Combine(_folder, "unsummed.db");
        await File.WriteAllBytesAsync(unsummed, (await File.ReadAllBytesAsync(_snapshot))[..^SHA256.HashSizeInBytes]);
        AssertRefused("SnapshotNotRestorable", "-Force restores this one", unsummed, Lab.TopologyFile);
        _fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Force -WhatIf", unsummed).Require();
        Assert.Contains("--skip-hash-check", string.Join('\n', _fixture.Session.Shown), StringComparison.Ordinal);
        _fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Force -WhatIf", stranger).Require();

        Assert.Equal("later", await MarkAsync());
        Assert.Empty(_fixture.Session.Run("Get-DrRun").Require().Output);

        void AssertRefused(string id, string said, string file, string topology)
        {
            var error = _fixture.Session.Run("param($f, $t) Restore-EtcdSnapshot $f -Topology $t -Confirm:$false", file, topology).SingleError;
            Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
            Assert.Contains(said, error.Exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_full_disk_on_one_member_is_refused_and_one_that_fills_meanwhile_leaves_all_members_as_they_were()
    {
        const string Member = "etcd-3";
        await Lab.ExecCheckedAsync(Member, "sh", "-c", $"systemctl stop etcd && mv {Data} /tmp/data && mkdir {Data} && mount -t tmpfs -o size=260m,mode=700 tmpfs {Data} && cp -a /tmp/data/member {Data}/ && chown etcd: {Data} && systemctl start etcd");
        try
        {
            await Lab.WaitHealthyAsync();
            await FillAsync();
            var refused = Restore().SingleError;
            Assert.Equal(("EtcdRoomMissing", Member), (refused.FullyQualifiedErrorId.Split(',')[0], refused.TargetObject));
            Assert.Empty(_fixture.Session.Run("Get-DrRun").Require().Output);

            // Line 3 is the intent of the first copy.
            await Lab.ExecCheckedAsync(Member, "rm", $"{Data}/fill");
            await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", 3);
            await FillAsync();
            var failed = _fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").SingleError;
            Assert.Equal(("StepFailed", Member), (failed.FullyQualifiedErrorId.Split(',')[0], failed.TargetObject));
            Assert.Contains("o space left on device", failed.Exception.ToString(), StringComparison.Ordinal);
            foreach (var member in s_members)
            {
                Assert.Equal("active", (await Lab.ExecAsync(member, "systemctl", "is-active", "etcd")).Output.Trim());
            }

            Assert.Equal("later", await MarkAsync());
            await Lab.ExecCheckedAsync(Member, "rm", $"{Data}/fill");
            Assert.Equal(DrRunStatus.Succeeded, Assert.Single(_fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").Require().As<DrRun>()).Status);
            await IsBackAsync();
        }
        finally
        {
            await Lab.ExecCheckedAsync(Member, "sh", "-c", $"systemctl stop etcd; rm -rf /tmp/data; cp -a {Data} /tmp/data; umount {Data} && rm -rf {Data} && mv /tmp/data {Data} && systemctl start etcd");
        }

        Task FillAsync() => Lab.ExecCheckedAsync(Member, "sh", "-c", $"dd if=/dev/zero of={Data}/fill bs=1M count=$(( $(df -BM --output=avail {Data} | tail -n 1 | tr -dc 0-9) - 20 ))");
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_member_that_is_configured_by_a_file_is_restored_as_that_says_and_one_with_its_WAL_elsewhere_is_refused()
    {
        const string Member = "etcd-2";
        const string File = "/etc/etcd/etcd.yml";
        const string DropIn = "/etc/systemd/system/etcd.service.d/by-file.conf";
        await Lab.ExecCheckedAsync(Member, "sh", "-c", $$"""
            set -eu
            {
                sed -n 's/^ETCD_//p' /etc/default/etcd | grep -Ev '(CERT|KEY|CA|CLIENT_CERT_AUTH)[A-Z_]*=' | while IFS='=' read -r name value; do
                    printf '%s: %s\n' "$(echo "$name" | tr 'A-Z_' 'a-z-')" "$value"
                done
                for kind in client peer; do
                    prefix=$([ $kind = peer ] && echo PEER_ || :)
                    echo "$kind-transport-security:"
                    echo "  cert-file: $(sed -n "s/^ETCD_${prefix}CERT_FILE=//p" /etc/default/etcd)"
                    echo "  key-file: $(sed -n "s/^ETCD_${prefix}KEY_FILE=//p" /etc/default/etcd)"
                    echo "  trusted-ca-file: $(sed -n "s/^ETCD_${prefix}TRUSTED_CA_FILE=//p" /etc/default/etcd)"
                    echo "  client-cert-auth: true"
                done
            } >{{File}}
            mkdir -p {{Path.GetDirectoryName(DropIn)}}
            printf '[Service]\nEnvironmentFile=\nExecStart=\nExecStart=/usr/bin/etcd --config-file={{File}}\n' >{{DropIn}}
            systemctl daemon-reload
            systemctl restart etcd
            """);
        try
        {
            await Lab.WaitHealthyAsync();
            Assert.Equal(DrRunStatus.Succeeded, Assert.Single(Restore().Require().As<DrRun>()).Status);
            await IsBackAsync();

            await Lab.ExecCheckedAsync(Member, "sh", "-c", $"echo 'wal-dir: /var/lib/etcd/wal' >>{File}");
            var refused = Restore().SingleError;
            Assert.Equal(("EtcdWalElsewhere", Member), (refused.FullyQualifiedErrorId.Split(',')[0], refused.TargetObject));
        }
        finally
        {
            await Lab.ExecCheckedAsync(Member, "sh", "-c", $"rm -f {DropIn} {File}; rmdir {Path.GetDirectoryName(DropIn)} 2>/dev/null; systemctl daemon-reload; systemctl restart etcd");
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_database_without_a_checksum_is_restored_with_force()
    {
        var unsummed = Path.Combine(_folder, "unsummed.db");
        await File.WriteAllBytesAsync(unsummed, (await File.ReadAllBytesAsync(_snapshot))[..^SHA256.HashSizeInBytes]);

        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(_fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Force -Confirm:$false", unsummed).Require().As<DrRun>()).Status);

        await IsBackAsync();
    }

    // Line 37 is the outcome of the last member's start.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_user_that_came_in_between_stops_the_run_until_it_is_gone()
    {
        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", 37);
        await Lab.ExecCheckedAsync("etcd-1", "sh", "-c", "until etcdctl endpoint health; do sleep 1; done; etcdctl user add stranger:secret");

        var failed = _fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").SingleError;

        Assert.Contains("they are root, stranger (authentication on), and must be root (authentication on)", failed.Exception.ToString(), StringComparison.Ordinal);
        await EtcdctlAsync("user", "delete", "stranger");
        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(_fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").Require().As<DrRun>()).Status);
        await IsBackAsync();
    }

    // With line 42 etcd is back and names no leader: a Patroni that runs takes the lead.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_standby_whose_node_is_started_anew_leaves_the_primary_alone_that_no_Patroni_holds()
    {
        var leader = await Lab.LeaderAsync();
        var standby = Standby(leader);
        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", 42);

        await Lab.KillAsync(standby);
        await Lab.StartAsync(standby);

        Assert.False((await Lab.ExecAsync(standby, "systemctl", "start", "patroni")).Succeeded);
        Assert.Equal("f", await Lab.QueryAsync(leader, "zabbix", "SELECT pg_is_in_recovery()"));
        Assert.NotEqual(0, (await Lab.ExecAsync(standby, "pgrep", "-x", "postgres")).ExitCode);
        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(_fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").Require().As<DrRun>()).Status);
        await IsBackAsync();
        Assert.Equal(leader, await Lab.LeaderAsync());
        Assert.False((await Lab.ExecAsync(standby, "ls", "/etc/systemd/system/patroni.service.d/zabbixdr-fence.conf")).Succeeded);
    }

    // Line 9 comes before the first Patroni is frozen.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_run_that_is_resumed_after_a_switchover_gives_the_lead_to_nobody_and_goes_back()
    {
        var leader = await Lab.LeaderAsync();
        var standby = Standby(leader);
        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", 9);
        await Lab.ExecCheckedAsync(leader, "patronictl", "-c", "/etc/patroni/config.yml", "switchover", "--leader", leader, "--candidate", standby, "--force");
        await Lab.WaitHealthyAsync();

        var failed = _fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").SingleError;

        Assert.Equal("StepFailed", failed.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Contains($"{standby} takes writes; the plan gives the lead to {leader}. Go back with Undo-DrRun", failed.Exception.ToString(), StringComparison.Ordinal);
        Assert.Equal("t f", $"{await Lab.QueryAsync(leader, "zabbix", "SELECT pg_is_in_recovery()")} {await Lab.QueryAsync(standby, "zabbix", "SELECT pg_is_in_recovery()")}");
        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(_fixture.Session.Run("Get-DrRun | Undo-DrRun -Confirm:$false").Require().As<DrRun>()).Status);
        await Lab.WaitHealthyAsync();
        Assert.Equal((standby, "later"), (await Lab.LeaderAsync(), await MarkAsync()));
    }

    // The lines: 1 the plan, 2 the lock, then two for each of 25 steps and one for each of two looks. 43 is the intent of the new leader's
    // Patroni; the campaign takes each.
    [Fact]
    public Task Killed_it_is_resumed_from_another_host() => KillAndResumeAsync(43, elsewhere: true);

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Killed_after_each_line_it_is_resumed()
    {
        // The 54th is the outcome of the last step; the run's end follows at once, and there is nothing to resume.
        for (var line = 1; line < 54; line++)
        {
            await KillAndResumeAsync(line, elsewhere: line > 2 && line % 17 == 0);
            await DisposeAsync();
            Directory.CreateDirectory(_folder);
            await InitializeAsync();
        }
    }

    private async Task KillAndResumeAsync(int line, bool elsewhere)
    {
        var leader = await Lab.LeaderAsync();
        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", line);
        if (elsewhere)
        {
            // Another management host: it has the snapshot, and of the run only what the nodes keep.
            Directory.Delete(Path.Combine(_folder, "zabbixdr"), recursive: true);
        }

        var broken = Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());
        Assert.Equal(DrRunStatus.Unfinished, broken.Status);

        var run = Assert.Single(_fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").Require().As<DrRun>());

        Assert.Equal((broken.Id, DrRunStatus.Succeeded, run.Steps.Count), (run.Id, run.Status, run.Done));
        await IsBackAsync();
        Assert.Equal(leader, await Lab.LeaderAsync());
        foreach (var member in s_members)
        {
            // Once aside, once in place: the old data is the one that knows the later mark.
            Assert.Equal(["member", $"member.before-{run.Id}"], (await Lab.ExecCheckedAsync(member, "ls", Data)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            await Lab.ExecCheckedAsync(member, "grep", "-q", "-a", "later", $"{Data}/member.before-{run.Id}/snap/db");
        }

        Assert.All(_fixture.Session.Run("Get-DrLock").Require().As<DrLock>(), held => Assert.Null(held.Run));
        var again = _fixture.Session.Run("param($id) Resume-DrRun $id -Confirm:$false", run.Id).SingleError;
        Assert.Equal("RunHasSucceeded", again.FullyQualifiedErrorId.Split(',')[0]);
    }

    private string Standby(string leader) => Lab.Hosts.Single(host => host.Role == "postgres" && host.Name != leader).Name;

    private ScriptRun Restore() => _fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Confirm:$false", _snapshot);

    // By etcdctl, patronictl and psql alone.
    private async Task IsBackAsync()
    {
        await Lab.WaitHealthyAsync();
        Assert.Equal(_mark, await MarkAsync());
        Assert.Contains("Authentication Status: true", await EtcdctlAsync("auth", "status"), StringComparison.Ordinal);
        Assert.Equal("2", await Lab.QueryAsync(await Lab.LeaderAsync(), "zabbix", "CREATE TEMPORARY TABLE t AS SELECT 1; SELECT 1 + count(*) FROM t"));
    }

    private async Task<string> MarkAsync() => (await EtcdctlAsync("get", "--print-value-only", "/zabbixdr-test")).Trim();

    private async Task<long> RevisionAsync()
    {
        using var status = JsonDocument.Parse(await EtcdctlAsync("endpoint", "status", "-w", "json"));
        return status.RootElement[0].GetProperty("Status").GetProperty("header").GetProperty("revision").GetInt64();
    }

    private async Task<string> EtcdctlAsync(params string[] arguments) => (await Lab.ExecCheckedAsync("etcd-1", ["etcdctl", .. arguments])).Output;
}
