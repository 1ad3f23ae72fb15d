using System.Management.Automation;
using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

/// <summary>Changes of etcd's members. etcd-3 is the one that is lost; a test that fails on the way puts the whole lab back.</summary>
[Collection(LabTestGroup.Name)]
public sealed class EtcdMembershipTests(LabFixture fixture)
{
    [Fact]
    public async Task A_lost_member_is_removed_and_comes_back_empty_as_a_learner_that_is_promoted()
    {
        var done = false;
        await fixture.Lab.ExecCheckedAsync("etcd-3", "systemctl", "stop", "etcd");
        try
        {
            var old = Assert.Single(fixture.Session.Run("Get-EtcdMember").Require().As<EtcdMember>(), member => member.Name == "etcd-3");
            fixture.Session.Run("Get-EtcdMember | Where-Object Name -eq etcd-3 | Remove-EtcdMember -Confirm:$false").Require();
            Assert.Equal(["etcd-1", "etcd-2"], await VotersAsync());
            Assert.Contains("etcd-3", Assert.Single(fixture.Session.Run("Get-EtcdMember").Require().Warnings), StringComparison.Ordinal);

            await fixture.Lab.ExecCheckedAsync("etcd-3", "sh", "-ec", "rm -rf /var/lib/etcd/default");
            var learner = Assert.Single(fixture.Session.Run("Add-EtcdMember etcd-3 -LearnerOnly -Confirm:$false").Require().As<EtcdMember>());
            Assert.Equal((true, false, "etcd-3"), (learner.IsLearner, learner.IsStarted, learner.Node));
            Assert.NotEqual(old.Id, learner.Id);
            Assert.Equal(["etcd-1", "etcd-2"], await VotersAsync());
            Assert.Equal("https://10.77.2.13:2380", await LearnerAsync());

            var impatient = fixture.Session.Run("Add-EtcdMember etcd-3 -TimeLimit 0:0:2 -Confirm:$false");
            AssertError(impatient.SingleError, "EtcdLearnerBehind", ErrorCategory.OperationTimeout);
            Assert.Contains($"ETCD_INITIAL_CLUSTER={learner.InitialCluster}", Assert.Single(impatient.Warnings), StringComparison.Ordinal);
            Assert.Equal("https://10.77.2.13:2380", await LearnerAsync());

            var adding = Task.Run(() => fixture.Session.Run("Add-EtcdMember etcd-3 -Confirm:$false"));
            await fixture.Lab.ExecCheckedAsync(
                "etcd-3",
                "sh",
                "-ec",
                "sed -i -e \"s|^ETCD_INITIAL_CLUSTER=.*|ETCD_INITIAL_CLUSTER=$1|\" -e 's/^ETCD_INITIAL_CLUSTER_STATE=.*/ETCD_INITIAL_CLUSTER_STATE=existing/' /etc/default/etcd; systemctl start etcd",
                "sh",
                learner.InitialCluster!);
            var voter = Assert.Single((await adding).Require().As<EtcdMember>());
            Assert.Equal((learner.Id, "etcd-3", false), (voter.Id, voter.Name, voter.IsLearner));
            Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], await VotersAsync());
            Assert.Null(await LearnerAsync());
            await fixture.Lab.WaitHealthyAsync();
            Assert.Equal(EtcdEndpointState.Healthy, Assert.Single(fixture.Session.Run("Test-EtcdEndpoint etcd-3").Require().As<EtcdEndpoint>()).State);
            done = true;
        }
        finally
        {
            await (done ? Task.CompletedTask : fixture.Lab.ResetAsync());
        }
    }

    [Fact]
    public async Task A_removal_that_would_cost_the_quorum_is_refused_with_force_too()
    {
        await fixture.Lab.ExecCheckedAsync("etcd-3", "systemctl", "stop", "etcd");
        try
        {
            var error = fixture.Session.Run("Remove-EtcdMember etcd-2 -Force -Confirm:$false").SingleError;

            AssertError(error, "EtcdRemovalCostsQuorum", ErrorCategory.InvalidOperation);
            Assert.Equal("etcd-2", error.TargetObject);
            Assert.Contains("2 voters would be left, of which 2 must be healthy, and one is: etcd-1 healthy, etcd-3 not healthy", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("-Force does not change that", error.Exception.Message, StringComparison.Ordinal);
            fixture.Session.Run("Remove-EtcdMember etcd-3 -WhatIf").Require();
            Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], await VotersAsync());
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("etcd-3", "systemctl", "start", "etcd");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    public async Task A_healthy_member_is_asked_about_once_more()
    {
        // Nobody is there to answer.
        Assert.Contains("Nobody is there to answer: etcd-3 (", fixture.Session.Run("Remove-EtcdMember etcd-3 -Confirm:$false").SingleError.Exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], await VotersAsync());
    }

    [Fact]
    public async Task Without_a_quorum_nothing_is_tried()
    {
        await Task.WhenAll(SystemctlAsync("stop", "etcd-2"), SystemctlAsync("stop", "etcd-3"));
        try
        {
            AssertError(fixture.Session.Run("Remove-EtcdMember etcd-3 -Confirm:$false").SingleError, "EtcdHasNoHealthyMember", ErrorCategory.ConnectionError);
        }
        finally
        {
            await Task.WhenAll(SystemctlAsync("start", "etcd-2"), SystemctlAsync("start", "etcd-3"));
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    public void A_member_that_is_one_already_or_is_none_is_told()
    {
        AssertError(fixture.Session.Run("Add-EtcdMember etcd-3 -Confirm:$false").SingleError, "EtcdMemberExists", ErrorCategory.InvalidOperation);
        AssertError(fixture.Session.Run("Add-EtcdMember pg-siteA -Confirm:$false").SingleError, "EtcdMemberNotInTopology", ErrorCategory.InvalidArgument);
        AssertError(fixture.Session.Run("Remove-EtcdMember etcd-9 -Confirm:$false").SingleError, "EtcdMemberUnknown", ErrorCategory.ObjectNotFound);
    }

    [Fact]
    public async Task WhatIf_adds_nothing()
    {
        var topology = fixture.TopologyWith("  pg-siteA:\n", "  etcd-4:\n    site: A\n    address: 10.77.1.14\n    roles: [etcd]\n  pg-siteA:\n", "user: zabbixdr", "user: zabbixdr\n  connectTimeout: 2");

        Assert.Empty(fixture.Session.Run("param($t) Add-EtcdMember etcd-4 -WhatIf -Topology $t", topology).Require().Output);
        Assert.Contains(fixture.Session.Shown, line => line.Contains("etcd-4 (https://10.77.1.14:2380)", StringComparison.Ordinal));
        Assert.Null(await LearnerAsync());
    }

    private static void AssertError(ErrorRecord error, string id, ErrorCategory category)
    {
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category);
    }

    private async Task SystemctlAsync(string verb, string host) => await fixture.Lab.ExecCheckedAsync(host, "systemctl", verb, "etcd");

    private async Task<IEnumerable<string?>> VotersAsync() =>
        (await ListedAsync()).Where(member => !IsLearner(member)).Select(member => member.GetProperty("name").GetString()).Order(StringComparer.Ordinal);

    /// <summary>The one learner's peer URL; null where there is none.</summary>
    private async Task<string?> LearnerAsync() =>
        (await ListedAsync()).Where(IsLearner).Select(member => member.GetProperty("peerURLs")[0].GetString()).SingleOrDefault();

    private static bool IsLearner(JsonElement member) => member.TryGetProperty("isLearner", out var learner) && learner.GetBoolean();

    private async Task<IReadOnlyList<JsonElement>> ListedAsync()
    {
        var outcome = await fixture.Lab.ExecCheckedAsync("etcd-1", "env", "ETCDCTL_ENDPOINTS=https://127.0.0.1:2379", "etcdctl", "member", "list", "-w", "json");
        return [.. JsonDocument.Parse(outcome.Output).RootElement.GetProperty("members").EnumerateArray()];
    }
}
