using System.Globalization;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class ZabbixHaTests(LabFixture fixture)
{
    [Fact]
    public async Task The_nodes_are_as_psql_reads_them()
    {
        var leader = await fixture.Lab.LeaderAsync();

        var nodes = fixture.Session.Run("Get-ZabbixHaNode").Require().As<ZabbixHaNode>();

        var rows = (await fixture.Lab.QueryAsync(leader, "zabbix", "SELECT name, address, port, status FROM ha_node ORDER BY name")).Split('\n');
        Assert.Equal(rows, nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"{node.Name}|{node.Address}|{node.Port}|{(int)node.Status}")));
        Assert.Single(nodes, node => node.Status == ZabbixHaStatus.Active);
        Assert.Equal("10s", await fixture.Lab.QueryAsync(leader, "zabbix", "SELECT ha_failover_delay FROM config"));
        Assert.All(nodes, node => Assert.Equal(TimeSpan.FromSeconds(10), node.FailoverDelay));
        Assert.All(nodes, node => Assert.InRange(node.Age, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        Assert.All(nodes, node => Assert.Equal(leader, node.ReadFrom));
    }

    [Fact]
    public async Task A_login_user_without_sudo_is_told_on_which_node_and_what_rule_it_needs()
    {
        var error = fixture.Session.Run("param($t) Get-ZabbixHaNode -Topology $t", fixture.TopologyWith("user: zabbixdr", "user: nosudo")).SingleError;

        Assert.StartsWith("BecomeRefused,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(await fixture.Lab.LeaderAsync(), error.TargetObject);
        Assert.Contains("a password is required", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("sudo rule for this command as postgres", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        var error = fixture.Session.Run("param($t) Get-ZabbixHaNode -Topology $t", fixture.TopologyWith("database: zabbix", "database: zabbix2")).SingleError;

        Assert.StartsWith("DatabaseMissing,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(await fixture.Lab.LeaderAsync(), error.TargetObject);
        Assert.Contains("database \"zabbix2\" does not exist", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_is_not_Zabbixs_is_told_apart_from_one_without_nodes()
    {
        var error = fixture.Session.Run("param($t) Get-ZabbixHaNode -Topology $t", fixture.TopologyWith("database: zabbix", "database: postgres")).SingleError;

        Assert.StartsWith("ZabbixSchemaMissing,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_PostgreSQL_is_stopped_on_every_node_each_is_named_with_what_was_found()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var replica = leader == "pg-siteA" ? "pg-siteB" : "pg-siteA";
        await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "stop", "patroni");
        await fixture.Lab.ExecCheckedAsync(leader, "systemctl", "stop", "patroni");
        try
        {
            var error = fixture.Session.Run("Get-ZabbixHaNode").SingleError;

            Assert.StartsWith("NoPrimary,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            // Both lack it, and it is said once.
            Assert.Equal(2, error.Exception.Message.Split("systemctl status patroni").Length);
            foreach (var node in new[] { leader, replica })
            {
                Assert.Contains($"{node}: ", error.Exception.Message, StringComparison.Ordinal);
                Assert.Contains($"/var/run/postgresql/.s.PGSQL.5432 on {node} failed: nothing listens at that socket", error.Exception.Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "systemctl", "start", "patroni");
            await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "start", "patroni");
            await fixture.Lab.WaitHealthyAsync(TimeSpan.FromMinutes(3));
        }
    }

    [Fact]
    public async Task Nothing_is_left_of_a_relay_after_the_command_and_after_Ctrl_C()
    {
        var temporary = Directory.CreateTempSubdirectory("relays-");
        var usual = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", temporary.FullName);
        try
        {
            fixture.Session.Run("Get-ZabbixHaNode").Require();
            Assert.Empty(temporary.EnumerateFileSystemInfos());
            await NoRelayIsLeftAsync();

            var (_, stopping) = fixture.Session.RunAndStop(Task.Delay(TimeSpan.FromSeconds(2)), "while ($true) { Get-ZabbixHaNode }");
            Assert.True(stopping < TimeSpan.FromSeconds(5), $"stopping took {stopping}");
            Assert.Empty(temporary.EnumerateFileSystemInfos());
            await NoRelayIsLeftAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", usual);
            temporary.Delete(recursive: true);
        }
    }

    private async Task NoRelayIsLeftAsync()
    {
        foreach (var node in new[] { "pg-siteA", "pg-siteB" })
        {
            var left = "";
            for (var attempt = 0; attempt < 20; attempt++)
            {
                // The bracket keeps pgrep from finding itself.
                left = (await fixture.Lab.ExecAsync(node, "pgrep", "-fa", "import os, selec[t]")).Output;
                if (left.Length == 0)
                {
                    break;
                }

                await Task.Delay(250);
            }

            Assert.Equal("", left);
            Assert.Equal("0", await fixture.Lab.QueryAsync(node, "postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'zabbixdr'"));
        }
    }
}
