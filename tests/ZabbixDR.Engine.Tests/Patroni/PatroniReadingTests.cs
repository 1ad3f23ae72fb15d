using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Tests.Patroni;

/// <summary>On answers recorded from Patroni 3.0.2 and 4.0.7: see Recorded/README.md for how.</summary>
public sealed class PatroniReadingTests
{
    private static readonly string[] Nodes = ["pg-siteA", "pg-siteB"];

    public static TheoryData<string> Versions => ["3.0.2", "4.0.7"];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_healthy_cluster_is_read_whole(string version)
    {
        var cluster = Read(version, "healthy");

        var leader = Assert.Single(cluster.Members, member => member.Role == PatroniRole.Leader);
        var standby = Assert.Single(cluster.Members, member => member.Role == PatroniRole.SyncStandby);
        Assert.Equal(leader.Name, cluster.Leader);
        Assert.Equal([standby.Name], cluster.SyncStandbys);
        Assert.True(leader.IsPrimary);
        Assert.False(standby.IsPrimary);
        Assert.Equal(PatroniState.Running, leader.State);
        Assert.Equal(version == "3.0.2" ? PatroniState.Running : PatroniState.Streaming, standby.State);
        Assert.Equal(leader.Timeline, cluster.Timeline);
        Assert.Null(leader.LagBytes);
        Assert.NotNull(standby.LagBytes);
        Assert.NotNull(leader.Lsn);
        Assert.NotNull(standby.ReplayedLsn);
        Assert.Equal(version, leader.PatroniVersion);
        Assert.Equal(leader.SystemIdentifier, standby.SystemIdentifier);
        Assert.Equal(leader.SystemIdentifier, cluster.SystemIdentifier);
        Assert.Equal(PatroniSynchronousMode.On, cluster.SynchronousMode);
        Assert.False(cluster.Paused);
        Assert.False(cluster.FailsafeMode);
        Assert.Equal((20, 5, 5), (cluster.Ttl!.Value.TotalSeconds, cluster.LoopWait!.Value.TotalSeconds, cluster.RetryTimeout!.Value.TotalSeconds));
        Assert.Equal(1048576, cluster.MaximumLagOnFailover);
        Assert.All(cluster.Members, member => Assert.True(member.IsAnswering && member.DcsLastSeen > DateTimeOffset.UnixEpoch && member.Reason is null));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Pause_failsafe_and_a_pending_restart_are_seen(string version)
    {
        var cluster = Read(version, "paused");

        Assert.True(cluster.Paused);
        Assert.True(cluster.FailsafeMode);
        Assert.False(cluster.FailsafeActive);
        Assert.Contains(cluster.Members, member => member.PendingRestart);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_restart_that_a_member_has_done_is_not_pending_though_the_DCS_has_not_heard_of_it(string version)
    {
        PatroniView[] views = [.. Nodes.Select(node => View(version, "healthy", node) with { Cluster = View(version, "paused", node).Cluster })];
        Assert.Contains(views[0].Cluster!.Members!, member => member.PendingRestart);

        Assert.DoesNotContain(PatroniReading.Cluster("zabbix-cluster", views, DateTimeOffset.UtcNow).Members, member => member.PendingRestart);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_member_whose_Patroni_was_stopped_is_listed_with_the_reason(string version)
    {
        var cluster = Read(version, "replica-stopped");

        var stopped = Assert.Single(cluster.Members, member => member.Name == "pg-siteB");
        Assert.False(stopped.IsAnswering);
        Assert.Contains(stopped.State, new[] { PatroniState.Stopped, PatroniState.Unknown });
        Assert.Contains("refused", stopped.Reason, StringComparison.Ordinal);
        Assert.Equal("pg-siteA", cluster.Leader);
        Assert.Equal("pg-siteA", cluster.AnsweredBy);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Without_the_DCS_the_members_own_words_are_shown_as_such(string version)
    {
        var cluster = Read(version, "dcs-away");

        Assert.Null(cluster.AnsweredBy);
        Assert.Null(cluster.Leader);
        Assert.Contains("pg-siteA: ", cluster.Reason, StringComparison.Ordinal);
        Assert.Equal(Nodes, cluster.Members.Select(member => member.Name));
        Assert.All(cluster.Members, member => Assert.True(member.IsAnswering));
        Assert.DoesNotContain(cluster.Members, member => member.Role == PatroniRole.Leader);
    }

    [Theory]
    [InlineData("master", "running", true)]
    [InlineData("primary", "running", true)]
    [InlineData("primary", "start failed", false)]
    [InlineData("primary", "stopping", false)]
    [InlineData("replica", "running", false)]
    [InlineData("standby_leader", "running", false)]
    [InlineData("promoted", "running", false)]
    public void A_running_primary_is_one_by_role_and_state(string role, string state, bool isOne) =>
        Assert.Equal(isOne, PatroniReading.Status(new PatroniStatusDocument { Role = role, State = state }).IsRunningPrimary);

    [Theory]
    [InlineData("running", PatroniState.Running)]
    [InlineData("in archive recovery", PatroniState.InArchiveRecovery)]
    [InlineData("creating replica", PatroniState.CreatingReplica)]
    [InlineData("starting after custom bootstrap", PatroniState.StartingAfterCustomBootstrap)]
    [InlineData("initdb failed", PatroniState.InitdbFailed)]
    [InlineData("something new", PatroniState.Unknown)]
    [InlineData("5", PatroniState.Unknown)]
    [InlineData(null, PatroniState.Unknown)]
    public void Patronis_words_become_states(string? word, PatroniState state) => Assert.Equal(state, PatroniWords.State(word));

    [Theory]
    [InlineData("true", PatroniSynchronousMode.On)]
    [InlineData("\"on\"", PatroniSynchronousMode.On)]
    [InlineData("\"quorum\"", PatroniSynchronousMode.Quorum)]
    [InlineData("false", PatroniSynchronousMode.Off)]
    [InlineData("null", PatroniSynchronousMode.Off)]
    [InlineData(null, PatroniSynchronousMode.Off)]
    public void Synchronous_mode_is_read_as_Patroni_reads_it(string? written, PatroniSynchronousMode mode)
    {
        var config = JsonSerializer.Deserialize(written is null ? "{}" : $$"""{"synchronous_mode": {{written}}}""", PatroniJson.Default.PatroniConfigDocument);
        var view = new PatroniView(Node("pg-siteA"), new PatroniStatusDocument(), null, config, null, Refused("pg-siteA"));

        var cluster = PatroniReading.Cluster("zabbix-cluster", [view], DateTimeOffset.UtcNow);

        Assert.Equal(mode, cluster.SynchronousMode);
        Assert.Equal(30, cluster.Ttl!.Value.TotalSeconds);
    }

    private static PatroniCluster Read(string version, string situation) =>
        PatroniReading.Cluster("zabbix-cluster", [.. Nodes.Select(node => View(version, situation, node))], DateTimeOffset.UtcNow);

    private static PatroniView View(string version, string situation, string node)
    {
        var status = Recorded(version, situation, node, "patroni", PatroniJson.Default.PatroniStatusDocument);
        var cluster = Recorded(version, situation, node, "cluster", PatroniJson.Default.PatroniClusterDocument);
        var config = Recorded(version, situation, node, "config", PatroniJson.Default.PatroniConfigDocument);
        return new PatroniView(Node(node), status, cluster, config, status is null ? Refused(node) : null, cluster is null ? Refused(node) : null);
    }

    // A document that was refused or that nobody gave was not recorded.
    private static T? Recorded<T>(string version, string situation, string node, string document, JsonTypeInfo<T> type)
        where T : class
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Patroni", "Recorded", version, $"{situation}.{node}.{document}.json");
        return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), type) : null;
    }

    private static DrTopologyNode Node(string name) =>
        new(name, name[^1..], name == "pg-siteA" ? "10.77.1.21" : "10.77.2.22", 22, [NodeRole.Postgres]);

    private static DrException Refused(string node) => DrException.Of(DrErrorKind.Unreachable, node, "Asking Patroni", "connection refused", "See whether it runs.");
}
