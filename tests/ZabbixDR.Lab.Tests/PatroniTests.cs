using System.Diagnostics;
using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class PatroniTests(LabFixture fixture)
{
    [Theory]
    [InlineData("direct")]
    [InlineData("ssh")]
    public async Task The_cluster_is_as_patronictl_has_it_along_either_route(string route)
    {
        // patronictl tells what each member last wrote into the DCS, up to loop_wait (10 s) ago; Get-PatroniCluster asks the members.
        var limit = Stopwatch.StartNew();
        var cluster = GetCluster(Via(route));
        var listed = await ListedAsync();
        while (!listed.SequenceEqual(Told(cluster)) && limit.Elapsed < TimeSpan.FromSeconds(45))
        {
            await Task.Delay(1000);
            cluster = GetCluster(Via(route));
            listed = await ListedAsync();
        }

        Assert.Equal(listed, Told(cluster));
        Assert.Equal(await fixture.Lab.LeaderAsync(), cluster.Leader);
        Assert.Equal(await fixture.Lab.QueryAsync(cluster.Leader!, "postgres", "SELECT system_identifier FROM pg_control_system()"), cluster.SystemIdentifier);
    }

    [Fact]
    public async Task A_stopped_Patroni_on_one_node_is_shown_and_hides_nothing_else()
    {
        var replica = await ReplicaAsync();
        await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "stop", "patroni");
        try
        {
            foreach (var route in new[] { "direct", "ssh" })
            {
                var cluster = GetCluster(Via(route));

                var stopped = Assert.Single(cluster.Members, member => member.Name == replica);
                Assert.False(stopped.IsAnswering);
                Assert.Contains(stopped.State, new[] { PatroniState.Stopped, PatroniState.Unknown });
                Assert.Contains(route == "ssh" ? "nothing listens" : "refused", stopped.Reason, StringComparison.Ordinal);
                Assert.Equal(await fixture.Lab.LeaderAsync(), cluster.Leader);
            }
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "start", "patroni");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("ssh")]
    public void Where_no_Patroni_answers_there_is_one_error_with_the_reason_of_each_node(string route)
    {
        var error = fixture.Session.Run("param($t) Get-PatroniCluster -Topology $t", Via(route, port: 8099)).SingleError;

        Assert.StartsWith("PatroniSilent,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("pg-siteA: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("pg-siteB: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("8099", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Patroni_of_another_cluster_is_not_taken_for_ours()
    {
        var error = fixture.Session.Run("param($t) Get-PatroniCluster -Topology $t", fixture.TopologyWith("scope: zabbix-cluster", "scope: another")).SingleError;

        Assert.StartsWith("PatroniSilent,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("the Patroni there belongs to zabbix-cluster", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task When_the_leader_dies_the_standby_is_read_with_a_warning_and_then_shown_as_the_new_leader()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
        var (old, next) = (await fixture.Lab.LeaderAsync(), await ReplicaAsync());
        await fixture.Lab.KillAsync(old);
        try
        {
            var reading = fixture.Session.Run("param($t) Get-ZabbixHaNode -Topology $t", topology).Require();
            Assert.Equal(2, reading.Output.Count);
            Assert.All(reading.As<ZabbixHaNode>(), node => Assert.Equal(next, node.ReadFrom));
            Assert.Contains(reading.Warnings, warning => warning.StartsWith("There is no primary", StringComparison.Ordinal));

            var limit = Stopwatch.StartNew();
            var cluster = GetCluster(topology);
            while (cluster.Leader != next && limit.Elapsed < TimeSpan.FromSeconds(90))
            {
                await Task.Delay(500);
                cluster = GetCluster(topology);
            }

            Assert.Equal(next, cluster.Leader);
            Assert.Equal(next, await fixture.Lab.LeaderAsync());
            Assert.False(Assert.Single(cluster.Members, member => member.Name == old).IsAnswering);
        }
        finally
        {
            await fixture.Lab.StartAsync(old);
            await fixture.Lab.WaitHealthyAsync(TimeSpan.FromMinutes(3));
        }
    }

    [Fact]
    public async Task Without_etcd_the_members_own_words_are_shown_and_it_is_said_that_nobody_read_the_DCS()
    {
        string[] etcd = ["etcd-1", "etcd-2", "etcd-3"];
        await Task.WhenAll(etcd.Select(node => fixture.Lab.ExecCheckedAsync(node, "systemctl", "stop", "etcd")));
        try
        {
            var cluster = GetCluster(fixture.Lab.TopologyFile);

            Assert.Null(cluster.AnsweredBy);
            Assert.Null(cluster.Leader);

            // Patroni closes the connection after its retry_timeout, or has not answered by our limit: which comes first is no promise.
            Assert.All(["pg-siteA", "pg-siteB"], node => Assert.Contains($"{node}: Asking Patroni for /cluster", cluster.Reason, StringComparison.Ordinal));
            Assert.All(cluster.Members, member => Assert.True(member.IsAnswering));
        }
        finally
        {
            await Task.WhenAll(etcd.Select(node => fixture.Lab.ExecCheckedAsync(node, "systemctl", "start", "etcd")));
            await fixture.Lab.WaitHealthyAsync(TimeSpan.FromMinutes(3));
        }
    }

    private PatroniCluster GetCluster(string topology) =>
        Assert.Single(fixture.Session.Run("param($t) Get-PatroniCluster -Topology $t", topology).Require().As<PatroniCluster>());

    private string Via(string route, int port = 8008) => fixture.TopologyWith("port: 8008\n    via: direct", $"port: {port}\n    via: {route}");

    private async Task<string> ReplicaAsync() => await fixture.Lab.LeaderAsync() == "pg-siteA" ? "pg-siteB" : "pg-siteA";

    private static List<string> Told(PatroniCluster cluster) =>
        [.. cluster.Members.Select(member => $"{member.Name} {member.Host} {member.Role} {member.State} {member.Timeline}".ToUpperInvariant())];

    private async Task<List<string>> ListedAsync()
    {
        var outcome = await fixture.Lab.ExecCheckedAsync("pg-siteA", "patronictl", "-c", "/etc/patroni/config.yml", "list", "-f", "json");
        using var listed = JsonDocument.Parse(outcome.Output);
        return [.. listed.RootElement.EnumerateArray().Select(member =>
            $"{Field(member, "Member")} {Field(member, "Host")} {Field(member, "Role").Replace(" ", "", StringComparison.Ordinal)} {Field(member, "State")} {Field(member, "TL")}".ToUpperInvariant())];

        static string Field(JsonElement member, string name) => member.GetProperty(name).ToString();
    }
}
