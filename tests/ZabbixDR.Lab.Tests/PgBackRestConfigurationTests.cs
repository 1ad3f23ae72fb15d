using System.Management.Automation;

namespace ZabbixDR.Lab.Tests;

/// <summary>pgbackrest.conf, written from the topology and held against it.</summary>
[Collection(LabTestGroup.Name)]
public sealed class PgBackRestConfigurationTests(LabFixture fixture)
{
    private const string Configuration = "/etc/pgbackrest/pgbackrest.conf";
    private static readonly string[] s_hosts = ["pg-siteA", "pg-siteB"];
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    private string CipherPass => File.ReadAllText(Path.Combine(fixture.Lab.OperatorFolder, "pgbackrest-cipher-pass")).Trim();

    [Fact]
    public async Task WhatIf_shows_each_nodes_lines_without_a_secret_and_changes_nothing()
    {
        var topology = fixture.TopologyWith("full: 2", "full: 5");
        var before = await Task.WhenAll(s_hosts.Select(StateAsync));
        var shown = fixture.Session.Shown.Count;

        var run = fixture.Session.Run("param($t) Install-PgBackRestConfiguration -WhatIf -Topology $t", topology).Require();

        var said = string.Join('\n', fixture.Session.Shown.Skip(shown));
        Assert.Empty(run.Output);
        Assert.All(s_hosts, host => Assert.Contains($"{host}:{Configuration}", said, StringComparison.Ordinal));
        Assert.Contains("- repo1-retention-full=2", said, StringComparison.Ordinal);
        Assert.Contains("+ repo1-retention-full=5", said, StringComparison.Ordinal);
        Assert.DoesNotContain(CipherPass, said, StringComparison.Ordinal);
        Assert.Equal(before, await Task.WhenAll(s_hosts.Select(StateAsync)));
    }

    [Fact]
    public async Task Merging_sets_what_the_topology_says_leaves_the_rest_and_a_second_time_nothing()
    {
        await using var kept = await NodeFileKept.OfAsync(fixture.Lab, Configuration, s_hosts);
        var before = (await fixture.Lab.ExecCheckedAsync("pg-siteA", "cat", Configuration)).Output;
        await fixture.Lab.ExecCheckedAsync("pg-siteA", "sed", "-i", "1i # by hand", Configuration);
        var topology = fixture.TopologyWith("full: 2", "full: 5", "  cipherPass:", "  processMax: 3\n  ioTimeout: 30s\n  cipherPass:");
        await using var watch = new ArgumentWatch(new Dictionary<string, string> { ["the passphrase"] = CipherPass });

        var first = fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Merge -Confirm:$false -Topology $t", topology).Require().As<PgBackRestConfiguration>();
        var second = fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Merge -Confirm:$false -Topology $t", topology).Require().As<PgBackRestConfiguration>();

        Assert.Empty(await watch.EndAsync());
        Assert.Equal(s_hosts, first.Where(one => one.Changed && one.Opened.SequenceEqual([1])).Select(one => one.Node));
        Assert.All(second, one => Assert.False(one.Changed));
        var now = (await fixture.Lab.ExecCheckedAsync("pg-siteA", "cat", Configuration)).Output;
        Assert.Equal("# by hand\n" + before.Replace("retention-full=2", "retention-full=5", StringComparison.Ordinal).Replace("process-max=2", "process-max=3", StringComparison.Ordinal), Without(now, "delta=y", "compress-level=3", "io-timeout=30"));
        Assert.Equal("postgres:postgres 640", (await fixture.Lab.ExecCheckedAsync("pg-siteA", "stat", "-c", "%U:%G %a", Configuration)).Output.Trim());
        Assert.Equal("# by hand\n" + before, (await fixture.Lab.ExecCheckedAsync("pg-siteA", "cat", first[0].KeptAs!)).Output);
        Assert.NotEmpty(await _pgBackRest.LabelsAsync("pg-siteB"));
    }

    [Fact]
    public async Task A_passphrase_that_does_not_open_the_repository_is_refused_and_nothing_is_left_behind()
    {
        var secret = Path.Combine(fixture.Lab.OperatorFolder, "another-pass");
        await File.WriteAllTextAsync(secret, "quite-another-passphrase\n");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var topology = fixture.TopologyWith("file:pgbackrest-cipher-pass", "file:another-pass");
        var before = await Task.WhenAll(s_hosts.Select(StateAsync));

        var run = fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Force -Confirm:$false -Topology $t", topology);

        Assert.Equal(s_hosts, run.Errors.Select(error => error.TargetObject));
        Assert.All(run.Errors, error => Assert.StartsWith("RepositoryNotOpened,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.All(run.Errors, error => Assert.Equal(ErrorCategory.AuthenticationError, error.CategoryInfo.Category));
        Assert.Equal(before, await Task.WhenAll(s_hosts.Select(StateAsync)));
        File.Delete(secret);
    }

    [Fact]
    public async Task A_key_that_the_object_store_refuses_is_refused_here_too_though_forced()
    {
        await fixture.Lab.StartS3Async();
        var topology = LabS3Topology.Of(fixture);
        await File.WriteAllTextAsync(Path.Combine(fixture.Lab.OperatorFolder, "s3-key"), "NOBODY\n");
        var before = await Task.WhenAll(s_hosts.Select(StateAsync));
        try
        {
            var run = fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Force -Confirm:$false -Topology $t", topology);

            Assert.Equal(s_hosts, run.Errors.Select(error => error.TargetObject));
            Assert.All(run.Errors, error => Assert.StartsWith("RepositoryNotOpened,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
            Assert.All(run.Errors, error => Assert.Contains("InvalidAccessKeyId", error.Exception.Message, StringComparison.Ordinal));
            Assert.Equal(before, await Task.WhenAll(s_hosts.Select(StateAsync)));
        }
        finally
        {
            await fixture.Lab.StopS3Async();
        }
    }

    [Fact]
    public async Task What_drifted_is_told_by_node_and_option_and_no_secret_is_shown()
    {
        await using var kept = await NodeFileKept.OfAsync(fixture.Lab, Configuration, "pg-siteB");
        Assert.All(fixture.Session.Run("Test-PgBackRestConfiguration").Require().As<TopologyCheck>(), check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check}"));
        await fixture.Lab.ExecCheckedAsync("pg-siteB", "sed", "-i", "-e", "s/^repo1-retention-full=.*/repo1-retention-full=7/", "-e", "s/^\\(repo1-cipher-pass=\\).*/\\1changed-by-hand/", "-e", "s/^start-fast=y/start-fast=y\\nno-such-option=1\\nexclude=x\\nexclude=y/", Configuration);
        await fixture.Lab.ExecCheckedAsync("pg-siteB", "chmod", "644", Configuration);
        await fixture.Lab.ExecCheckedAsync("pg-siteB", "sh", "-c", "install -d /etc/pgbackrest/conf.d; : >/etc/pgbackrest/conf.d/more.conf");

        var checks = fixture.Session.Run("Test-PgBackRestConfiguration").Require().As<TopologyCheck>();
        await fixture.Lab.ExecCheckedAsync("pg-siteB", "rm", "-r", "/etc/pgbackrest/conf.d");

        var wrong = checks.Where(check => check.Status != ReadinessStatus.Pass).ToList();
        Assert.All(checks.Where(check => check.Node == "pg-siteA"), check => Assert.Equal(ReadinessStatus.Pass, check.Status));
        Assert.Equal("postgres:postgres 644", Single("owner").Actual);
        Assert.Equal(("repo1-retention-full=2", "repo1-retention-full=7"), (Single("option").Expected, Single("option").Actual));
        Assert.Equal("another one", Single("secret").Actual);
        Assert.Equal("[global] exclude", Single("duplicate").Actual);
        Assert.Equal("more.conf", Single("include").Actual);
        Assert.Contains("no-such-option", Single("accepted").Actual + Single("accepted").Reason, StringComparison.Ordinal);
        Assert.Contains(wrong, check => check.Id == "pgbackrest.config.nodes" && check.Reason!.Contains("repo1-retention-full", StringComparison.Ordinal));
        Assert.DoesNotContain(checks, check => $"{check}".Contains("changed-by-hand", StringComparison.Ordinal) || $"{check}".Contains(CipherPass, StringComparison.Ordinal));

        TopologyCheck Single(string id) => Assert.Single(wrong, check => check.Id == $"pgbackrest.config.{id}");
    }

    [Fact]
    public async Task A_second_repository_in_S3_gets_its_stanza_its_WAL_and_a_backup_and_the_first_stays()
    {
        await fixture.Lab.StartS3Async();
        try
        {
            await using var kept = await NodeFileKept.OfAsync(fixture.Lab, Configuration, s_hosts);
            var topology = LabS3Topology.Of(fixture);
            var leader = await fixture.Lab.LeaderAsync();
            var before = await _pgBackRest.LabelsAsync(leader);

            var installed = fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Confirm:$false -Topology $t", topology).Require().As<PgBackRestConfiguration>();
            var stanzas = fixture.Session.Run("param($t) Initialize-PgBackRestStanza -Confirm:$false -Topology $t", topology).Require().As<PgBackRestStanza>();
            var backup = Assert.Single(fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -Repository 2 -Confirm:$false -Topology $t", topology).Require().As<PgBackRestBackup>());
            var again = fixture.Session.Run("param($t) Initialize-PgBackRestStanza -Confirm:$false -Topology $t", topology).Require().As<PgBackRestStanza>();

            Assert.All(installed, one => Assert.Equal([1], one.Opened));
            Assert.All(installed, one => Assert.Equal([2], one.Empty));
            Assert.Equal([(1, PgBackRestStanzaChange.None), (2, PgBackRestStanzaChange.Created)], stanzas.Select(stanza => (stanza.Repository, stanza.Change)));
            Assert.Equal(2, backup.Repository);
            Assert.Equal([backup.Label], await LabelsAsync(leader, 2));
            Assert.Equal(before, await LabelsAsync(leader, 1));
            Assert.True(Directory.EnumerateFiles(Path.Combine(fixture.Lab.Folder, "s3", "objects"), $"*{backup.Label}*", SearchOption.AllDirectories).Any()
                || Directory.EnumerateDirectories(Path.Combine(fixture.Lab.Folder, "s3", "objects"), $"*{backup.Label}*", SearchOption.AllDirectories).Any());
            Assert.All(again, stanza => Assert.Equal((PgBackRestStanzaChange.None, true), (stanza.Change, stanza.IsChecked)));
            Assert.All(fixture.Session.Run("param($t) Test-PgBackRestConfiguration -Topology $t", topology).Require().As<TopologyCheck>(), check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check}"));
        }
        finally
        {
            await fixture.Lab.StopS3Async();
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task With_S3_down_every_command_ends_in_the_time_that_the_caller_set()
    {
        // With a configuration of its own, so that archiving goes on.
        const string Folder = "/run/s3-down";
        const string Set = "20260101-000000F";
        var topology = LabS3Topology.Of(fixture, "stanza: zabbix-cluster", $"stanza: zabbix-cluster\n  configFile: {Folder}/pgbackrest.conf");
        await fixture.Lab.StartS3Async();
        await fixture.Lab.StopS3Async();
        try
        {
            var installed = Bounded("Install-PgBackRestConfiguration -Force -TimeLimit 3s -Confirm:$false").Require().As<PgBackRestConfiguration>();
            Assert.Equal(s_hosts, installed.Select(one => one.Node));
            Assert.All(s_hosts, host => Assert.True(fixture.Lab.ExecAsync(host, "grep", "-q", "repo2-s3-endpoint", $"{Folder}/pgbackrest.conf").Result.Succeeded));

            foreach (var command in new[]
            {
                "Get-PgBackRestBackup -TimeLimit 3s",
                "Get-PgBackRestBackup -Stanza * -TimeLimit 3s",
                $"Get-PgBackRestBackup {Set} -TimeLimit 3s",
                "Get-PgRecoveryWindow -TimeLimit 3s",
                "Test-PgBackRestRepository -TimeLimit 3s",
                "Test-PgRecoveryTarget '2026-01-01 00:00:00+00' -TimeLimit 3s",
                "Initialize-PgBackRestStanza -TimeLimit 3s -Confirm:$false",
                "Invoke-PgBackRestBackup Incr -Repository 2 -TimeLimit 3s -Confirm:$false",
                $"Remove-PgBackRestBackup {Set} -Repository 2 -TimeLimit 3s -Confirm:$false",
                "Remove-PgBackRestBackup -TimeLimit 3s -Confirm:$false",
            })
            {
                var error = Bounded(command).SingleError;

                Assert.True(error.FullyQualifiedErrorId.StartsWith("CommandTimedOut,", StringComparison.Ordinal), $"{command}: {error}");
                Assert.Contains("it had not ended after 3 s", error.Exception.Message, StringComparison.Ordinal);
            }


            // It asks for the first repository alone, which is there.
            Assert.NotEmpty(Bounded("Test-PgBackRestConfiguration -TimeLimit 3s").Require().Output);
            Assert.All(s_hosts, host => Assert.Equal("", fixture.Lab.ExecAsync(host, "pgrep", "-a", "-f", $"^pgbackrest --config={Folder}").Result.Output));
        }
        finally
        {
            await Task.WhenAll(s_hosts.Select(host => fixture.Lab.ExecCheckedAsync(host, "rm", "-rf", Folder)));
        }

        ScriptRun Bounded(string command) => fixture.Session.Run($"param($t) {command} -Topology $t", topology);
    }

    private async Task<IReadOnlyList<string>> LabelsAsync(string host, int repository)
    {
        var output = (await _pgBackRest.RunAsync(host, "--stanza=zabbix-cluster", $"--repo={repository}", "--output=json", "--log-level-console=off", "info")).Output;
        return [.. System.Text.Json.JsonDocument.Parse(output).RootElement[0].GetProperty("backup").EnumerateArray().Select(set => set.GetProperty("label").GetString()!)];
    }

    private async Task<string> StateAsync(string host) =>
        (await fixture.Lab.ExecCheckedAsync(host, "sh", "-c", "ls -la --time-style=full-iso /etc/pgbackrest | sed 1,3d; sha256sum /etc/pgbackrest/*")).Output;

    private static string Without(string text, params string[] lines) => string.Concat(text.Split('\n').Where(line => !lines.Contains(line)).Select(line => line + "\n"))[..^1];
}
