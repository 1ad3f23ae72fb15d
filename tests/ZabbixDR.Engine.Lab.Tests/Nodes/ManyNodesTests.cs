using Xunit.Abstractions;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Lab.Tests.Nodes;

/// <summary>Two hundred nodes at once: more names than the lab has hosts, each with a connection of its own. What was measured stands in docs/compatibility.md.</summary>
[Collection(EngineLabTestGroup.Name)]
public sealed class ManyNodesTests(EngineLabFixture fixture, ITestOutputHelper output)
{
    private const int Count = 200;
    private const int Throttle = 12;
    private const int Rounds = 6;

    // What .NET keeps of its own from one collection to the next; a buffer that were kept for each command would be ten times as much.
    private const long Noise = 512 * 1024;

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Each_is_connected_to_once_never_more_at_a_time_than_allowed_and_memory_does_not_grow_with_what_is_asked()
    {
        var before = Connections();
        await using (var nodes = Nodes())
        {
            var none = Managed();
            List<int> atOnce = [await AskAllAsync(nodes)];
            var connections = Connections();
            atOnce.Add(await AskAllAsync(nodes));
            var early = Managed();

            for (var round = 2; round < Rounds; round++)
            {
                atOnce.Add(await AskAllAsync(nodes));
            }

            var late = Managed();
            output.WriteLine($"{(early - none) / Count} bytes of managed memory a node; {late - early} bytes more after {Rounds - 2} rounds more; working set {Environment.WorkingSet >> 20} MiB, {ThreadPool.ThreadCount} threads of the pool; at once {string.Join(' ', atOnce)}");
            Assert.Equal(Throttle, atOnce.Max());
            Assert.Equal(Count, connections.Except(before).Count());
            Assert.Equal(connections, Connections());
            Assert.InRange(late - early, long.MinValue, Noise);
        }

        Assert.Empty(Connections().Except(before));
    }

    private static long Managed()
    {
        // Twice: what has a finalizer is freed by the collection after it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    // How many were asked at the same time, at the most.
    private static async Task<int> AskAllAsync(NodeSet nodes)
    {
        var (answers, atOnce, most) = (0, 0, 0);
        await foreach (var outcome in nodes.All.ForEachAsync(AskAsync, Throttle, CancellationToken.None))
        {
            Assert.Null(outcome.Failure);
            Assert.Equal([outcome.Node.Name], outcome.Value!.Lines);
            answers++;
        }

        Assert.Equal(Count, answers);
        return most;

        async Task<CommandResult> AskAsync(INode node, CancellationToken stop)
        {
            var now = Interlocked.Increment(ref atOnce);
            for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
            {
                Interlocked.CompareExchange(ref most, now, seen);
            }

            try
            {
                return await node.RunAsync(new ObservingCommand("echo", node.Name), stop);
            }
            finally
            {
                Interlocked.Decrement(ref atOnce);
            }
        }
    }

    private NodeSet Nodes()
    {
        var lab = TopologyReader.Read(fixture.Lab.TopologyFile).Require();
        var many = Enumerable.Range(0, Count).Select(number => new DrTopologyNode($"node-{number}", "A", fixture.Lab.Hosts[number % fixture.Lab.Hosts.Count].Address, null, [NodeRole.Scratch]));
        return new NodeSet(lab with { Nodes = [.. many] }, new SessionAccess());
    }

    // The sockets of this process that are connected to an sshd, by both of their ends (proc_net_tcp.rst: local, remote, state, of which 01
    // is established; the tenth field is the inode; 0016 is port 22). A local port alone is none: the same may lead to two hosts. A socket
    // of .NET speaks IPv4 as IPv6 does.
    private static SortedSet<string> Connections()
    {
        var own = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(descriptor => descriptor.LinkTarget).ToHashSet();
        return [.. File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[2].EndsWith(":0016", StringComparison.Ordinal) && fields[3] == "01" && own.Contains($"socket:[{fields[9]}]"))
            .Select(fields => $"{fields[1]} {fields[2]}")];
    }
}
