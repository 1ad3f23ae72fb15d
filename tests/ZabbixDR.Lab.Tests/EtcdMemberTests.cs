using System.Globalization;
using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class EtcdMemberTests(LabFixture fixture)
{
    private const string Stranger = "https://10.77.2.99:2380";

    [Fact]
    public async Task The_members_are_those_that_etcdctl_lists_each_with_its_node()
    {
        var members = Members();
        var listed = await ListedAsync();

        Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], members.Select(member => member.Name));
        foreach (var member in members)
        {
            var theirs = listed[member.Id];
            Assert.Equal(theirs.GetProperty("name").GetString(), member.Name);
            Assert.Equal(Urls(theirs, "peerURLs"), member.PeerUrls);
            Assert.Equal(Urls(theirs, "clientURLs"), member.ClientUrls);
            Assert.Equal((true, false, null), (member.IsStarted, member.IsLearner, member.Mismatch));
            Assert.Equal((member.Name, fixture.Lab.Plan.Host(member.Name!).Site), (member.Node, member.Site));
            Assert.Equal("etcd-1=https://10.77.1.11:2380,etcd-2=https://10.77.2.12:2380,etcd-3=https://10.77.2.13:2380", member.InitialCluster);
        }
    }

    [Fact]
    public async Task A_learner_that_nobody_knows_is_shown_as_such()
    {
        var outcome = await AddStrangerAsync();
        try
        {
            var stranger = Assert.Single(Members(), member => !member.IsStarted);

            Assert.Contains(stranger.Id, outcome, StringComparison.Ordinal);
            Assert.Equal((null, null, true), (stranger.Name, stranger.Node, stranger.IsLearner));
            Assert.Equal([new Uri(Stranger)], stranger.PeerUrls);
            Assert.Empty(stranger.ClientUrls);
            Assert.Contains("The topology does not know it", stranger.Mismatch, StringComparison.Ordinal);
            Assert.Null(stranger.InitialCluster);
        }
        finally
        {
            await RemoveStrangerAsync();
        }
    }

    [Fact]
    public void A_node_that_is_no_member_is_told_and_not_invented()
    {
        var topology = fixture.TopologyWith("  pg-siteA:\n", "  etcd-4:\n    site: A\n    address: 10.77.1.14\n    roles: [etcd]\n  pg-siteA:\n", "user: zabbixdr", "user: zabbixdr\n  connectTimeout: 2");

        var run = fixture.Session.Run("param($t) Get-EtcdMember -Topology $t", topology).Require();

        Assert.Equal(3, run.As<EtcdMember>().Count);
        Assert.Equal("etcd-4 has role etcd in the topology, and is no member of the cluster.", Assert.Single(run.Warnings));
    }

    [Fact]
    public void A_node_of_another_name_is_found_by_its_address()
    {
        var topology = fixture.TopologyWith("  etcd-3:\n", "  third:\n");

        var member = Assert.Single(fixture.Session.Run("param($t) Get-EtcdMember -Topology $t", topology).Require().As<EtcdMember>(), member => member.Mismatch is not null);

        Assert.Equal(("etcd-3", "third", "etcd calls it etcd-3, and the topology third."), (member.Name, member.Node, member.Mismatch));
    }

    [Fact]
    public async Task Without_a_quorum_the_one_that_is_left_still_tells_them()
    {
        await WithStoppedAsync(["etcd-2", "etcd-3"], () =>
        {
            var members = Members();

            Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], members.Select(member => member.Name));
            Assert.All(members, member => Assert.Equal("etcd-1", member.AnsweredBy));
        });
    }

    [Fact]
    public void Where_none_answers_each_is_told_with_its_reason()
    {
        var topology = fixture.TopologyWith("etcd:\n  via: direct", "etcd:\n  clientPort: 2378\n  via: direct");

        var error = fixture.Session.Run("param($t) Get-EtcdMember -Topology $t", topology).SingleError;

        Assert.StartsWith("EtcdHasNoHealthyMember,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.All(["etcd-1 Unreachable", "etcd-2 Unreachable", "etcd-3 Unreachable"], text => Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal));
    }

    private IReadOnlyList<EtcdMember> Members() => fixture.Session.Run("Get-EtcdMember").Require().As<EtcdMember>();

    private async Task WithStoppedAsync(string[] hosts, Action work)
    {
        foreach (var host in hosts)
        {
            await fixture.Lab.ExecCheckedAsync(host, "systemctl", "stop", "etcd");
        }

        try
        {
            work();
        }
        finally
        {
            // Not one after the other: a member alone waits for its quorum before systemd takes it for started.
            await Task.WhenAll(hosts.Select(host => fixture.Lab.ExecCheckedAsync(host, "systemctl", "start", "etcd")));
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    // For five seconds after a member was started etcd takes no change of its members; a minute is for a busy machine.
    private async Task<string> AddStrangerAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await fixture.Lab.ExecAsync("etcd-1", "etcdctl", "member", "add", "stranger", "--learner", $"--peer-urls={Stranger}");
            if (outcome.Succeeded)
            {
                return outcome.Output;
            }

            Assert.True(attempt < 60 && outcome.Error.Contains("unhealthy cluster", StringComparison.Ordinal), outcome.Error);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private async Task RemoveStrangerAsync()
    {
        var stranger = Assert.Single(await ListedAsync(), entry => Urls(entry.Value, "peerURLs").Contains(new Uri(Stranger)));
        await fixture.Lab.ExecCheckedAsync("etcd-1", "etcdctl", "member", "remove", stranger.Key);
    }

    private async Task<IReadOnlyDictionary<string, JsonElement>> ListedAsync()
    {
        var outcome = await fixture.Lab.ExecCheckedAsync("etcd-1", "etcdctl", "member", "list", "-w", "json");
        return JsonDocument.Parse(outcome.Output).RootElement.GetProperty("members").EnumerateArray()
            .ToDictionary(member => member.GetProperty("ID").GetUInt64().ToString("x", CultureInfo.InvariantCulture));
    }

    private static IEnumerable<Uri> Urls(JsonElement member, string name) =>
        member.TryGetProperty(name, out var urls) ? urls.EnumerateArray().Select(url => new Uri(url.GetString()!)) : [];
}
