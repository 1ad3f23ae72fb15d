namespace ZabbixDR.Engine.Nodes;

/// <summary>Asks several nodes at once where one good answer is enough to go on: the others may add to it, and a dead one does not delay.</summary>
public static class NodeRace
{
    /// <summary>Asks all nodes; once an answer is enough, the others have the time of grace to answer too.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="work">What is asked. It must be bounded by itself: where no answer is enough, all are waited for.</param>
    /// <param name="isEnough">Whether an answer suffices.</param>
    /// <param name="grace">The time for the others.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>An outcome for each node, in their order; <c>NodeLate</c> for one that was not waited for.</returns>
    public static async Task<IReadOnlyList<NodeOutcome<T>>> AskAsync<T>(
        IReadOnlyList<INode> nodes,
        Func<INode, CancellationToken, Task<T>> work,
        Predicate<T> isEnough,
        TimeSpan grace,
        CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        return await Task.WhenAll(nodes.Select(AskOneAsync)).ConfigureAwait(false);

        async Task<NodeOutcome<T>> AskOneAsync(INode node)
        {
            try
            {
                var answer = await work(node, stop.Token).ConfigureAwait(false);
                if (isEnough(answer))
                {
                    stop.CancelAfter(grace);
                }

                return new NodeOutcome<T>(node, answer, null);
            }
            catch (DrException failure)
            {
                return new NodeOutcome<T>(node, default, failure);
            }
            catch (OperationCanceledException cause) when (!cancellation.IsCancellationRequested)
            {
                return new NodeOutcome<T>(node, default, NodeLate(node, grace, cause));
            }
        }
    }

    private static DrException NodeLate(INode node, TimeSpan grace, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        node.Name,
        "Asking",
        $"another node had answered, and {grace.TotalSeconds:0.#} s later this one had not",
        "See Get-DrNode for whether it can be reached.",
        cause);
}
