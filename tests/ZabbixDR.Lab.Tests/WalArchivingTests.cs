using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class WalArchivingTests(LabFixture fixture) : IAsyncLifetime
{
    private const string File = "/etc/patroni/config.yml";
    private const string Kept = "/root/config.yml.of-the-lab";
    private const string Off = """{"postgresql":{"parameters":{"archive_mode":null,"archive_command":null,"archive_timeout":null},"recovery_conf":null}}""";
    private const string OfTheLab =
        """{"postgresql":{"parameters":{"archive_mode":"on","archive_command":"pgbackrest --stanza=zabbix-cluster archive-push %p","archive_timeout":60},"recovery_conf":{"restore_command":"pgbackrest --stanza=zabbix-cluster archive-get %f %p"}}}""";

    // Of the source document's step 3.
    private const string LeftOver =
        """
          method: pgbackrest   # the document leaves it there
          pgbackrest:
            command: pgbackrest --stanza=zabbix-cluster --delta restore
            keep_existing_recovery_conf: true
            no_params: true

        """;

    private const string WrongMethod =
        """
            command: pgbackrest --stanza=zabbix-cluster --delta restore # in place
            keep_existing_recovery_conf: true # wrong

        """;

    private static readonly string[] s_hosts = ["pg-siteA", "pg-siteB"];
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    public Task InitializeAsync() => Task.WhenAll(s_hosts.Select(host => fixture.Lab.ExecCheckedAsync(host, "cp", "-p", File, Kept)));

    public async Task DisposeAsync()
    {
        foreach (var host in s_hosts)
        {
            await fixture.Lab.ExecCheckedAsync(host, "sh", "-c", $"mv {Kept} {File}; rm -f {File}.2*Z");
        }

        if (!(await PatroniAsync("show-config")).Contains("archive_timeout: 60\n", StringComparison.Ordinal) || !(await PatroniAsync("show-config")).Contains("archive-push %p\n", StringComparison.Ordinal))
        {
            await ApplyAsync(OfTheLab);
        }
    }

    [Fact]
    public async Task The_documents_way_is_put_right_byte_for_byte_and_WAL_arrives_and_a_second_run_changes_nothing()
    {
        await TurnOffTheDocumentsWayAsync();
        var before = await Task.WhenAll(s_hosts.Select(ReadAsync));
        var configured = await PatroniAsync("show-config");

        var asked = fixture.Session.Run("Enable-PgWalArchiving -Restart -WhatIf").Require();
        Assert.Empty(asked.Output);
        var shown = string.Join('\n', fixture.Session.Shown);
        Assert.All(["- bootstrap.method: pgbackrest", "+ postgresql.parameters.archive_mode: on", "- postgresql.pgbackrest.keep_existing_recovery_conf: true", "PATCH /config"], line => Assert.Contains(line, shown, StringComparison.Ordinal));
        Assert.DoesNotContain("password", shown, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await Task.WhenAll(s_hosts.Select(ReadAsync)));
        Assert.Equal(configured, await PatroniAsync("show-config"));

        var result = Assert.Single(fixture.Session.Run("Enable-PgWalArchiving -Restart -Confirm:$false").Require().As<PgWalArchiving>());

        await RequireOnAsync(result);
        for (var index = 0; index < s_hosts.Length; index++)
        {
            await RequireOnlyThatChangedAsync(s_hosts[index], before[index], result.Nodes.Single(node => node.Node == s_hosts[index]));
        }

        Assert.Equal(s_hosts.Order(), result.Nodes.Where(node => node.Restarted).Select(node => node.Node).Order());
        Assert.Empty(result.PendingRestart);

        var written = await Task.WhenAll(s_hosts.Select(ReadAsync));
        var second = Assert.Single(fixture.Session.Run("Enable-PgWalArchiving -Restart -Confirm:$false").Require().As<PgWalArchiving>());
        Assert.False(second.IsChanged);
        Assert.Equal(written, await Task.WhenAll(s_hosts.Select(ReadAsync)));
        Assert.Equal("1", (await fixture.Lab.ExecCheckedAsync("pg-siteA", "sh", "-c", $"ls {File}.2*Z | wc -l")).Output.Trim());
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task The_replica_method_that_it_leaves_makes_a_standby_anew_by_pgBackRest_and_the_leader_may_hand_over_first()
    {
        await TurnOffTheDocumentsWayAsync();
        var old = await fixture.Lab.LeaderAsync();

        var waiting = fixture.Session.Run("Enable-PgWalArchiving -Confirm:$false").Require();
        Assert.Equal(s_hosts.Order(), Assert.Single(waiting.As<PgWalArchiving>()).PendingRestart.Order());
        Assert.Contains(waiting.Warnings, warning => warning.Contains("-Restart", StringComparison.Ordinal));

        var result = Assert.Single(fixture.Session.Run("Enable-PgWalArchiving -Restart -Switchover -Confirm:$false").Require().As<PgWalArchiving>());
        await RequireOnAsync(result);
        Assert.NotEqual(old, result.Leader);
        Assert.Equal(result.Leader, await fixture.Lab.LeaderAsync());

        await fixture.Lab.WaitHealthyAsync();
        var since = (await fixture.Lab.ExecCheckedAsync(old, "date", "+%s")).Output.Trim();
        await fixture.Lab.ExecCheckedAsync(old, "patronictl", "-c", File, "reinit", "zabbix-cluster", old, "--force", "--wait");
        await fixture.Lab.WaitHealthyAsync();
        var log = (await fixture.Lab.ExecCheckedAsync(old, "journalctl", "-u", "patroni", "--since", $"@{since}", "-o", "cat")).Output;
        Assert.Contains("replica has been created using pgbackrest", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ALTER_SYSTEM_fixed_otherwise_is_told_before_anything_is_changed()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var before = await Task.WhenAll(s_hosts.Select(ReadAsync));
        var configured = await PatroniAsync("show-config");
        await fixture.Lab.QueryAsync(leader, "postgres", "ALTER SYSTEM SET archive_command = '/bin/true'");
        try
        {
            var error = fixture.Session.Run("Enable-PgWalArchiving -ArchiveTimeout 61s -Confirm:$false").SingleError;

            Assert.StartsWith("ArchivingUnprepared,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("ALTER SYSTEM has set archive_command to '/bin/true'", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains(leader, error.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(before, await Task.WhenAll(s_hosts.Select(ReadAsync)));
            Assert.Equal(configured, await PatroniAsync("show-config"));
        }
        finally
        {
            await fixture.Lab.QueryAsync(leader, "postgres", "ALTER SYSTEM RESET archive_command");
        }
    }

    [Fact]
    public async Task A_file_that_is_no_YAML_on_one_node_keeps_everything_as_it_was_everywhere()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var standby = s_hosts.Single(host => host != leader);
        await fixture.Lab.ExecCheckedAsync(standby, "sh", "-c", $"printf 'postgresql: [\\n' >> {File}");
        var before = await Task.WhenAll(s_hosts.Select(ReadAsync));
        var configured = await PatroniAsync("show-config");

        var error = fixture.Session.Run("Enable-PgWalArchiving -ArchiveTimeout 61s -Confirm:$false").SingleError;

        Assert.StartsWith("ArchivingUnprepared,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(standby, error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read as YAML", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Task.WhenAll(s_hosts.Select(ReadAsync)));
        Assert.Equal(configured, await PatroniAsync("show-config"));
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_node_that_is_down_keeps_everything_as_it_was_everywhere()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
        var (leader, configured) = (await fixture.Lab.LeaderAsync(), await PatroniAsync("show-config"));
        var standby = s_hosts.Single(host => host != leader);
        var before = await ReadAsync(leader);
        await fixture.Lab.KillAsync(standby);
        try
        {
            var error = fixture.Session.Run("param($t) Enable-PgWalArchiving -ArchiveTimeout 61s -Confirm:$false -Topology $t", topology).SingleError;

            Assert.StartsWith("ArchivingUnprepared,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(standby, error.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(before, await ReadAsync(leader));
            Assert.Equal(configured, (await fixture.Lab.ExecCheckedAsync(leader, "patronictl", "-c", File, "show-config")).Output);
        }
        finally
        {
            await fixture.Lab.StartAsync(standby);
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    // Independent of the module: psql, patronictl, pgBackRest.
    private async Task RequireOnAsync(PgWalArchiving result)
    {
        foreach (var host in s_hosts)
        {
            Assert.Equal("on", await fixture.Lab.QueryAsync(host, "postgres", "SHOW archive_mode"));
            Assert.Equal("pgbackrest --stanza=zabbix-cluster archive-push \"%p\"", await fixture.Lab.QueryAsync(host, "postgres", "SHOW archive_command"));
            Assert.Equal("1min", await fixture.Lab.QueryAsync(host, "postgres", "SHOW archive_timeout"));
        }

        Assert.Contains("archive_mode: 'on'", await PatroniAsync("show-config"), StringComparison.Ordinal);
        await _pgBackRest.RunAsync(result.Leader, "--stanza=zabbix-cluster", "--log-level-console=off", "check");
        using var info = JsonDocument.Parse((await _pgBackRest.RunAsync(result.Leader, "--stanza=zabbix-cluster", "--output=json", "--log-level-console=off", "info")).Output);
        var last = info.RootElement[0].GetProperty("archive").EnumerateArray().Max(part => part.GetProperty("max").GetString());
        Assert.True(string.CompareOrdinal(last, result.ArchivedWal) >= 0, $"the archive ends at {last}, before {result.ArchivedWal}");
    }

    private async Task RequireOnlyThatChangedAsync(string host, string before, PgWalArchivingNode node)
    {
        var right = Replace(before, LeftOver, "");
        right = Replace(right, "    archive_timeout: 0\n", "");
        right = Replace(
            right,
            WrongMethod + "    no_params: true\n",
            "    command: \"pgbackrest --stanza=zabbix-cluster --delta --type=standby restore\" # in place\n    no_params: true\n    keep_data: true\n");
        Assert.Equal(right, await ReadAsync(host));
        Assert.Equal("postgres postgres 640", (await fixture.Lab.ExecCheckedAsync(host, "stat", "-c", "%U %G %a", File)).Output.Trim());
        Assert.Equal(before, (await fixture.Lab.ExecCheckedAsync(host, "cat", node.KeptAs!)).Output);
    }

    // As the source document's step 3 has it, in a file that a person wrote into.
    private async Task TurnOffTheDocumentsWayAsync()
    {
        foreach (var host in s_hosts)
        {
            var text = Replace(
                await ReadAsync(host),
                "bootstrap:\n",
                "# how it began\nbootstrap:\n" + LeftOver);
            text = Replace(text, "    shared_buffers: 64MB\n", "    shared_buffers: 64MB   # small\n    archive_timeout: 0\n    # end of ours\n");
            text = Replace(text, "  create_replica_methods: [pgbackrest, basebackup]\n", "  create_replica_methods:   # in this order\n    - pgbackrest\n    - basebackup\n");
            text = Replace(text, "    command: pgbackrest --stanza=zabbix-cluster --delta --type=standby restore\n    keep_data: true\n", WrongMethod);
            await fixture.Lab.ExecCheckedAsync(host, ["sh", "-c", $"cat > {File}"], input: text);
        }

        await ApplyAsync(Off);
        Assert.Equal("off", await fixture.Lab.QueryAsync(await fixture.Lab.LeaderAsync(), "postgres", "SHOW archive_mode"));
    }

    private static string Replace(string text, string old, string replacement)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    private async Task ApplyAsync(string patch)
    {
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, "curl", "-sf", "-X", "PATCH", "-d", patch, "http://127.0.0.1:8008/config");
        await PatroniAsync("reload", "zabbix-cluster", "--force");

        // A restart before the members have read the DCS would start the old settings again.
        await Task.Delay(TimeSpan.FromSeconds(8));
        foreach (var host in s_hosts.OrderBy(host => host == leader))
        {
            await PatroniAsync("restart", "zabbix-cluster", host, "--force");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    private async Task<string> ReadAsync(string host) => (await fixture.Lab.ExecCheckedAsync(host, "cat", File)).Output;

    private async Task<string> PatroniAsync(params string[] arguments) =>
        (await fixture.Lab.ExecCheckedAsync(await fixture.Lab.LeaderAsync(), ["patronictl", "-c", File, .. arguments], TimeSpan.FromMinutes(2))).Output;
}
