using System.Collections.Concurrent;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Local;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class NodeFanOutTests
{
    private static IEnumerable<INode> Four { get; } = [.. Enumerable.Range(1, 4).Select(number => LocalNode.Over(new LocalTransport($"n{number}"), $"n{number}"))];

    [Fact]
    public async Task One_nodes_failure_hides_no_others_answer()
    {
        var outcomes = await CollectAsync(Four.ForEachAsync(
            (node, stop) => node.Name == "n2" ? throw Broken(node) : EchoAsync(node, stop),
            16,
            CancellationToken.None));

        Assert.Equal(["n1", null, "n3", "n4"], outcomes.Select(outcome => outcome.Value));
        Assert.Equal("n2", outcomes[1].Failure!.Node);
    }

    [Fact]
    public async Task No_more_nodes_are_asked_at_once_than_the_limit()
    {
        var (now, most) = (0, new ConcurrentBag<int>());

        await CollectAsync(Four.ForEachAsync(
            async (node, stop) =>
            {
                most.Add(Interlocked.Increment(ref now));
                await Task.Delay(50, stop);
                Interlocked.Decrement(ref now);
                return node.Name;
            },
            2,
            CancellationToken.None));

        Assert.Equal(2, most.Max());
    }

    [Fact]
    public async Task Whoever_stops_taking_answers_ends_the_work_and_waits_for_its_end()
    {
        var cleaned = new ConcurrentBag<string>();

        await foreach (var outcome in Four.ForEachAsync(
            async (node, stop) =>
            {
                try
                {
                    await Task.Delay(node.Name == "n1" ? 0 : 600_000, stop);
                    return node.Name;
                }
                finally
                {
                    await Task.Delay(50, CancellationToken.None);
                    cleaned.Add(node.Name);
                }
            },
            16,
            CancellationToken.None))
        {
            Assert.Equal("n1", outcome.Value);
            break;
        }

        Assert.Equal(4, cleaned.Count);
    }

    [Fact]
    public async Task Cancelling_is_told_and_never_looks_like_fewer_nodes()
    {
        using var stop = new CancellationTokenSource();
        var outcomes = CollectAsync(Four.ForEachAsync(
            async (node, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return node.Name;
            },
            2,
            stop.Token));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcomes);
    }

    private static DrException Broken(INode node) => DrException.Of(DrErrorKind.Remote, node.Name, "Looking", "it is broken", "Mend it.");

    private static async Task<string> EchoAsync(INode node, CancellationToken cancellation) =>
        (await node.RunAsync(new ObservingCommand("echo", node.Name), cancellation)).Lines[0];

    private static async Task<List<NodeOutcome<string>>> CollectAsync(IAsyncEnumerable<NodeOutcome<string>> outcomes)
    {
        var all = new List<NodeOutcome<string>>();
        await foreach (var outcome in outcomes)
        {
            all.Add(outcome);
        }

        return all;
    }
}
