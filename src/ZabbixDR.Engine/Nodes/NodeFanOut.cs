using System.Runtime.CompilerServices;

namespace ZabbixDR.Engine.Nodes;

/// <summary>Asks several nodes at once. A node that fails costs its own time and hides no other's answer.</summary>
public static class NodeFanOut
{
    /// <summary>As many nodes at once where the caller does not say.</summary>
    public const int DefaultThrottleLimit = 16;

    /// <summary>
    /// Runs the work on each node, at most <paramref name="throttleLimit"/> at a time, and gives the outcomes in the order of the
    /// nodes, so that the same deployment always prints the same table; all of it takes as long as the slowest node.
    /// </summary>
    /// <remarks>Where the caller stops taking outcomes, the work that is under way is cancelled and waited for.</remarks>
    public static async IAsyncEnumerable<NodeOutcome<T>> ForEachAsync<T>(
        this IEnumerable<INode> nodes,
        Func<INode, CancellationToken, Task<T>> work,
        int throttleLimit,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var slots = new SemaphoreSlim(throttleLimit);
        var running = nodes.Select(node => TryAsync(node, work, slots, stop.Token)).ToList();
        try
        {
            foreach (var outcome in running)
            {
                yield return await outcome.ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<NodeOutcome<T>> TryAsync<T>(
        INode node,
        Func<INode, CancellationToken, Task<T>> work,
        SemaphoreSlim slots,
        CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return new NodeOutcome<T>(node, await work(node, cancellation).ConfigureAwait(false), null);
        }
        catch (DrException failure)
        {
            return new NodeOutcome<T>(node, default, failure);
        }
        finally
        {
            slots.Release();
        }
    }
}
