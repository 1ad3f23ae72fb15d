using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Pipeline;

public sealed class RunspaceTests
{
    [Fact]
    public async Task Parallel_runspaces_have_deployments_of_their_own()
    {
        var names = Enumerable.Range(0, 4).Select(number => $"site{number}").ToList();

        var found = await Task.WhenAll(names.Select(name => Task.Run(() =>
        {
            using var topology = new TopologyFile(name);
            using var session = ModuleSession.Open(topology.Path);
            return Enumerable.Range(0, 20).Select(_ => session.Run("(Get-DrTopology).Name").Require().As<string>().Single()).Distinct().Single();
        })));

        Assert.Equal(names, found);
    }

    [Fact]
    public void One_runspaces_end_is_not_anothers()
    {
        using var topology = new TopologyFile();
        using var first = ModuleSession.Open(topology.Path);
        using var second = ModuleSession.Open(topology.Path);

        first.Run("Disconnect-DrDeployment").Require();

        Assert.Equal("NotConnected", first.Run("Get-DrTopology").SingleError.FullyQualifiedErrorId.Split(',')[0]);
        second.Run("Get-DrTopology").Require();
    }
}
