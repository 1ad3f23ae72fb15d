using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class SnapshotSourceChoiceTests
{
    [Fact]
    public void Of_members_as_fresh_the_leader_is_spared() =>
        Assert.Equal("b", Best(Member("a", 7, leader: true), Member("b", 7), Member("c", 7)));

    [Fact]
    public void A_fresher_leader_is_taken_all_the_same() =>
        Assert.Equal("a", Best(Member("a", 8, leader: true), Member("b", 7), Member("c", 7)));

    [Fact]
    public void The_freshest_follower_is_taken() =>
        Assert.Equal("c", Best(Member("a", 6, leader: true), Member("b", 7), Member("c", 8)));

    [Fact]
    public void A_learner_serves_no_snapshot() =>
        Assert.Equal("a", Best(Member("a", 7, leader: true), Member("b", 9) with { IsLearner = true }));

    [Fact]
    public void A_member_that_is_not_healthy_is_not_taken_however_fresh() =>
        Assert.Equal("b", Best(Member("a", 9) with { State = EtcdEndpointState.Unhealthy }, Member("b", 7, leader: true)));

    [Fact]
    public void Without_a_healthy_member_there_is_none() =>
        Assert.Null(SnapshotSourceChoice.Best([Member("a", 9) with { State = EtcdEndpointState.Refused }]));

    private static string? Best(params EtcdEndpoint[] members) => SnapshotSourceChoice.Best(members)?.Name;

    private static EtcdEndpoint Member(string name, long revision, bool leader = false) => new()
    {
        Name = name,
        Site = "A",
        Endpoint = new Uri($"https://{name}:2379"),
        State = EtcdEndpointState.Healthy,
        Revision = revision,
        IsLeader = leader,
        IsLearner = false,
        Elapsed = TimeSpan.Zero,
    };
}
