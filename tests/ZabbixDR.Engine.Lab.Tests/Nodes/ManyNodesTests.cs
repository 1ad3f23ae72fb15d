using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Topology;
using Xunit.Abstractions;

namespace ZabbixDR.Engine.Lab.Tests.Nodes;

/// <summary>
/// Two hundred nodes: more names than the lab has hosts, each with a connection of its own. Measured on two cores: 23 to 27 kB of
/// managed memory a node, and a working set of 125 to 146 MB of the test host.
/// </summary>
[Collection(EngineLabTestGroup.Name)]
public sealed class ManyNodesTests(EngineLabFixture fixture, ITestOutputHelper output)
{
    private const int Count = 200;
    private const int Rounds = 6;

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Each_is_connected_to_once_and_memory_does_not_grow_with_what_is_asked()
    {
        var before = Connections();
        await using var nodes = Nodes();
        var none = GC.GetTotalMemory(forceFullCollection: true);
        await AskAllAsync(nodes);
        var connections = Connections();
        await AskAllAsync(nodes);
        var early = GC.GetTotalMemory(forceFullCollection: true);

        for (var round = 2; round < Rounds; round++)
        {
            await AskAllAsync(nodes);
        }

        var late = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{(early - none) / Count} bytes a node; {late - early} bytes more after {Rounds - 2} rounds more; working set {Environment.WorkingSet}");
        Assert.Equal(Count, connections.Except(before).Count());
        Assert.Equal(connections, Connections());
        Assert.InRange(late - early, long.MinValue, early / 20);
        await nodes.DisposeAsync();
        Assert.Empty(Connections().Except(before));
    }

    private static async Task AskAllAsync(NodeSet nodes)
    {
        var answers = 0;
        await foreach (var outcome in nodes.All.ForEachAsync((node, stop) => node.RunAsync(new ObservingCommand("echo", node.Name), stop), NodeFanOut.DefaultThrottleLimit, CancellationToken.None))
        {
            Assert.Null(outcome.Failure);
            Assert.Equal([outcome.Node.Name], outcome.Value!.Lines);
            answers++;
        }

        Assert.Equal(Count, answers);
    }

    private NodeSet Nodes()
    {
        var lab = TopologyReader.Read(fixture.Lab.TopologyFile).Require();
        var many = Enumerable.Range(0, Count).Select(number => new DrTopologyNode($"node-{number}", "A", fixture.Lab.Hosts[number % fixture.Lab.Hosts.Count].Address, null, [NodeRole.Scratch]));
        return new NodeSet(lab with { Nodes = [.. many] }, new SessionAccess());
    }

    // Both ends of each connection to an sshd from here (proc_net_tcp.rst: local, remote, state; 01 is established, 0016 port 22). A
    // local port alone is none: the same may lead to two hosts. A socket of .NET speaks IPv4 as IPv6 does.
    private static SortedSet<string> Connections() => [.. File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields[2].EndsWith(":0016", StringComparison.Ordinal) && fields[3] == "01")
        .Select(fields => $"{fields[1]} {fields[2]}")];
}
