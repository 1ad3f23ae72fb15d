using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ZabbixDR.Engine.Nodes;

/// <summary>Asks several nodes at once. A node that fails costs its own time and hides no other's answer.</summary>
public static class NodeFanOut
{
    /// <summary>As many nodes at once where the caller does not say.</summary>
    public const int DefaultThrottleLimit = 16;

    /// <summary>Runs the work on each node, at most <paramref name="throttleLimit"/> at a time, and gives the outcomes as they come.</summary>
    /// <remarks>Where the caller stops taking outcomes, the work that is under way is cancelled and waited for.</remarks>
    public static async IAsyncEnumerable<NodeOutcome<T>> ForEachAsync<T>(
        this IEnumerable<INode> nodes,
        Func<INode, CancellationToken, Task<T>> work,
        int throttleLimit,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var outcomes = Channel.CreateUnbounded<NodeOutcome<T>>();
        var all = Parallel.ForEachAsync(
            nodes,
            new ParallelOptions { MaxDegreeOfParallelism = throttleLimit, CancellationToken = stop.Token },
            async (node, token) => outcomes.Writer.TryWrite(await TryAsync(node, work, token).ConfigureAwait(false)))
            .ContinueWith(task => outcomes.Writer.Complete(task.Exception?.GetBaseException()), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (var outcome in outcomes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return outcome;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await all.ConfigureAwait(false);
        }
    }

    private static async Task<NodeOutcome<T>> TryAsync<T>(INode node, Func<INode, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return new NodeOutcome<T>(node, await work(node, cancellation).ConfigureAwait(false), null);
        }
        catch (DrException failure)
        {
            return new NodeOutcome<T>(node, default, failure);
        }
    }
}
