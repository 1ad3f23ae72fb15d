namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class TopologyComparisonTests(LabFixture fixture)
{
    [Fact]
    public async Task The_labs_own_file_is_true_of_it_and_what_was_found_is_what_the_hosts_say()
    {
        var checks = Compare(fixture.Lab.TopologyFile);

        Assert.All(checks, check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check}"));
        Assert.All(checks, check => Assert.Null(check.Reason));
        var version = await fixture.Lab.ExecCheckedAsync("pg-siteB", "sh", "-c", "cat /var/lib/postgresql/*/main/PG_VERSION");
        Assert.Equal(version.Output.Trim(), One(checks, "postgres.version", "pg-siteB").Actual);
        var stanza = await fixture.Lab.ExecCheckedAsync("pg-siteA", "sh", "-c", "pgbackrest info --output=json | sed 's/.*\"name\":\"\\([^\"]*\\)\".*/\\1/'");
        Assert.Equal(stanza.Output.Trim(), One(checks, "pgbackrest.stanza", "pg-siteA").Actual);
        Assert.Equal(3, checks.Count(check => check.Id == "etcd.members"));
        Assert.Equal(2, checks.Count(check => check.Id == "patroni.members"));
    }

    [Fact]
    public void What_the_file_says_wrongly_is_told_with_its_key_and_both_values()
    {
        var text = File.ReadAllText(fixture.Lab.TopologyFile)
            .Replace("scope: zabbix-cluster", "scope: other-cluster", StringComparison.Ordinal)
            .Replace("stanza: zabbix-cluster", "stanza: other-stanza", StringComparison.Ordinal)
            .Replace("/etc/patroni/config.yml", "/etc/patroni/patroni.yml", StringComparison.Ordinal)
            .Replace("full: 2", "full: 3", StringComparison.Ordinal)
            .Replace("  etcd-2:", "  etcd-two:", StringComparison.Ordinal);

        var checks = Compare(Beside(text));

        AssertFails(One(checks, "patroni.scope", "pg-siteA"), "patroni.scope", "other-cluster", "zabbix-cluster");
        AssertFails(One(checks, "pgbackrest.stanza", "pg-siteB"), "pgbackrest.stanza", "other-stanza", "zabbix-cluster");
        AssertFails(One(checks, "patroni.configFile", "pg-siteA"), "patroni.configFile", "/etc/patroni/patroni.yml", "/etc/patroni/config.yml");
        AssertFails(One(checks, "pgbackrest.retentionFull", "pg-siteA"), "pgbackrest.retention.full", "3", "2");
        AssertFails(One(checks, "etcd.members", "etcd-two"), "nodes.etcd-two", "etcd-two", "absent");
        var stranger = Assert.Single(checks, check => check.Id == "etcd.members" && check.Node is null);
        Assert.Equal("etcd-2 at 10.77.2.12", stranger.Actual);
        // Patroni's members cannot be told: the cluster there is another's.
        Assert.Equal(ReadinessStatus.Error, One(checks, "patroni.members", null).Status);
        Assert.Equal(ReadinessStatus.Pass, One(checks, "node.roles", "zbx-siteA").Status);
    }

    [Fact]
    public async Task A_service_that_is_down_and_a_file_that_is_gone_are_told_of_their_node_alone()
    {
        const string Configuration = "/etc/pgbackrest/pgbackrest.conf";
        await fixture.Lab.ExecCheckedAsync("zbx-siteB", "systemctl", "stop", "zabbix-server");
        await fixture.Lab.ExecCheckedAsync("pg-siteB", "mv", Configuration, $"{Configuration}.away");
        try
        {
            var wrong = Compare(fixture.Lab.TopologyFile).Where(check => check.Status != ReadinessStatus.Pass).ToList();

            AssertFails(One(wrong, "node.roles", "zbx-siteB"), "nodes.zbx-siteB.roles", "zabbix-server.service active", "zabbix-server.service inactive");
            AssertFails(One(wrong, "pgbackrest.configFile", "pg-siteB"), "pgbackrest.configFile", $"{Configuration} or /etc/pgbackrest.conf", "absent");
            Assert.Equal(2, wrong.Count);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("pg-siteB", "mv", $"{Configuration}.away", Configuration);
            await fixture.Lab.ExecCheckedAsync("zbx-siteB", "systemctl", "start", "zabbix-server");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    public async Task A_node_that_cannot_be_reached_is_one_error_and_hides_nothing_else()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
        await fixture.Lab.HangAsync("pg-siteB");
        try
        {
            var checks = Compare(topology);

            var unknown = Assert.Single(checks, check => check.Status != ReadinessStatus.Pass);
            Assert.Equal(("node.reachable", "pg-siteB", ReadinessStatus.Error), (unknown.Id, unknown.Node, unknown.Status));
            Assert.Contains("no answer within 3 s", unknown.Reason, StringComparison.Ordinal);
            Assert.Equal("10.77.2.22", One(checks, "patroni.members", "pg-siteB").Actual);
        }
        finally
        {
            await fixture.Lab.ResumeAsync("pg-siteB");
        }
    }

    [Fact]
    public async Task No_password_of_the_hosts_is_shown()
    {
        var shown = string.Join('\n', fixture.Session.Run("Test-DrTopology -Verbose -Debug 4>&1 5>&1 | ForEach-Object { \"$_\" }").Require().Output);

        Assert.Contains("patroni.scope", shown, StringComparison.Ordinal);
        foreach (var secret in await SecretsAsync(fixture.Lab))
        {
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        }
    }

    internal static async Task<IReadOnlyList<string>> SecretsAsync(TwoSiteLab lab)
    {
        var lines = await lab.ExecCheckedAsync(
            "pg-siteA", "sh", "-c", "sed -n 's/.*password: \\([0-9a-f]*\\).*/\\1/p' /etc/patroni/config.yml; sed -n 's/.*cipher-pass=//p' /etc/pgbackrest/pgbackrest.conf");
        var secrets = lines.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, secrets.Length);
        return secrets;
    }

    private static void AssertFails(TopologyCheck check, string key, string expected, string actual)
    {
        Assert.Equal((ReadinessStatus.Fail, key, expected, actual), (check.Status, check.Key, check.Expected, check.Actual));
        Assert.NotNull(check.Reason);
        Assert.NotNull(check.Remediation);
    }

    private static TopologyCheck One(IEnumerable<TopologyCheck> checks, string id, string? node) => Assert.Single(checks, check => check.Id == id && check.Node == node);

    private IReadOnlyList<TopologyCheck> Compare(string topology) => fixture.Session.Run("param($t) Test-DrTopology -Topology $t", topology).Require().As<TopologyCheck>();

    // The fixture takes one replacement and removes the file in the end.
    private string Beside(string text)
    {
        var file = fixture.TopologyWith("name: lab", "name: lab");
        File.WriteAllText(file, text);
        return file;
    }
}
