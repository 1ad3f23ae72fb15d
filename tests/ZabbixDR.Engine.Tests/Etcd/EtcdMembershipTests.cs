using Etcdserverpb;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class EtcdMembershipTests
{
    [Theory]
    [InlineData("a b c", "a b c", "c", true)] // 2 of 2
    [InlineData("a b c", "a b", "c", true)] // the lost one
    [InlineData("a b c", "a b", "b", false)] // 1 of 2
    [InlineData("a b c d e", "a b c", "c", false)] // 2 of 4
    [InlineData("a b c d e", "a b c d", "d", true)] // 3 of 4
    [InlineData("a b c d", "a b", "c", true)] // 2 of 3
    [InlineData("a b", "a b", "b", true)] // 1 of 1
    [InlineData("a b", "a", "a", false)] // 0 of 1
    [InlineData("a", "a", "a", false)] // none left
    public void A_removal_must_leave_a_majority_of_the_voters_healthy(string voters, string healthy, string removed, bool possible)
    {
        EtcdMember[] members = [.. voters.Split(' ').Select(id => Voter(id)), Voter("learner") with { IsLearner = true }];

        Assert.Equal(possible, EtcdQuorum.AgainstRemoval(members, healthy.Split(' '), members.Single(member => member.Id == removed)) is null);
    }

    [Fact]
    public void A_member_is_its_node_by_name_before_it_is_one_by_address()
    {
        var list = EtcdMemberList.Of([Entry(1, "b", "10.0.0.1"), Entry(2, "", "10.0.0.3")], [Node("a", "10.0.0.1"), Node("b", "10.0.0.2"), Node("c", "10.0.0.3")], "b");

        Assert.Equal(["b", "c"], list.Members.Select(member => member.Node));
        Assert.Equal("etcd reaches it at 10.0.0.1, and the topology at 10.0.0.2.", list.Members[0].Mismatch);
        Assert.Null(list.Members[1].Mismatch);
        Assert.Equal(["a"], list.Absent);
        Assert.Equal("b=https://10.0.0.1:2380,c=https://10.0.0.3:2380", list.Members[0].InitialCluster);
    }

    [Fact]
    public void A_name_and_an_address_are_not_held_against_each_other() =>
        Assert.Null(EtcdMemberList.Of([Entry(1, "a", "a.example.org")], [Node("a", "10.0.0.1")], "a").Members.Single().Mismatch);

    [Fact]
    public void Its_id_goes_before_a_name()
    {
        var list = EtcdMemberList.Of([Entry(0xa, "b", "10.0.0.1"), Entry(0xb, "c", "10.0.0.2")], [], "b");

        Assert.Equal(("b", "b", "b"), (list.Find("b")?.Id, list.Find("B")?.Id, list.Find("c")?.Id));
        Assert.Null(list.Find("d"));
    }

    [Theory]
    [InlineData("# TYPE quota gauge\nquota_total 1\nquota 2.147483648e+09\n", 2147483648L)]
    [InlineData("quota 65536\r\n", 65536L)]
    [InlineData("quota NaN\n", null)]
    [InlineData("quota_other 5\n", null)]
    [InlineData("", null)]
    public async Task A_metric_is_found_by_its_whole_name(string text, long? value) =>
        Assert.Equal(value, await MetricsReader.FindAsync(new StringReader(text), "quota", CancellationToken.None));

    private static EtcdMember Voter(string id) => new() { Id = id, Name = id, IsLearner = false, IsStarted = true, PeerUrls = [], ClientUrls = [], AnsweredBy = "a" };

    private static Member Entry(ulong id, string name, string host) => new() { ID = id, Name = name, PeerURLs = { $"https://{host}:2380" } };

    private static DrTopologyNode Node(string name, string address) => new(name, "A", address, null, [NodeRole.Etcd]);
}
