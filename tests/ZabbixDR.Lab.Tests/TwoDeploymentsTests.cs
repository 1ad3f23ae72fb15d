namespace ZabbixDR.Lab.Tests;

/// <summary>Two runspaces, each with a deployment of its own, at work at the same time.</summary>
[Collection(LabTestGroup.Name)]
public sealed class TwoDeploymentsTests(LabFixture fixture)
{
    [Fact]
    public async Task Neither_sees_the_others_key_nodes_or_password()
    {
        using var first = ModuleSession.Open(fixture.TopologyWith("name: lab", "name: first"));
        using var second = ModuleSession.Open(fixture.TopologyWith("identityFile: id_ed25519", "identityFile: id_wrong"));

        var both = await Task.WhenAll(Task.Run(() => Look(first)), Task.Run(() => Look(second)));

        Assert.All(both[0], seen => Assert.Equal(("first", NodeState.Reachable, 3), seen));
        Assert.All(both[1], seen => Assert.Equal(("lab", NodeState.Refused, 3), seen));
    }

    private static List<(string Name, NodeState State, int Healthy)> Look(ModuleSession session) => [.. Enumerable.Range(0, 3).Select(_ => (
        session.Run("(Get-DrTopology).Name").Require().As<string>().Single(),
        session.Run("Get-DrNode").Require().As<DrNode>().Select(node => node.State).Distinct().Single(),
        session.Run("Test-EtcdEndpoint").Require().As<EtcdEndpoint>().Count(endpoint => endpoint.State == EtcdEndpointState.Healthy)))];
}
