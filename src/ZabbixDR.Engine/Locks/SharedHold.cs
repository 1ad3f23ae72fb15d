using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Locks;

/// <summary>
/// A node's lock, held shared for work that is no command of the node, such as a call to a service's own interface: a command that waits
/// there holds it until this is disposed, or this machine dies.
/// </summary>
internal sealed class SharedHold : IAsyncDisposable
{
    private const string Held = "held";
    private readonly CancellationTokenSource _end = new();
    private readonly Task _waiting;

    private SharedHold(IChangingNode node, string purpose, TimeSpan limit, TaskCompletionSource held)
    {
        var seconds = ((long)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        // What it is for stands among its arguments, where a run that wants the node looks for who holds it.
        var command = new ChangingCommand("sh", "-c", "echo held; sleep \"$1\"", purpose, seconds) { User = "root", TimeLimit = limit, Title = "the wait that holds the node's lock" };
        _waiting = node.RunAsync(command, line => Answer(line, held), _end.Token);
    }

    /// <summary>Takes it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="purpose">What it is held for.</param>
    /// <param name="limit">The longest that it is held.</param>
    /// <param name="cancellation">Ends the wait for it.</param>
    /// <exception cref="DrException"><c>RunHoldsNode</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<SharedHold> TakeAsync(IChangingNode node, string purpose, TimeSpan limit, CancellationToken cancellation)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new SharedHold(await SharedNode.OfAsync(node, cancellation).ConfigureAwait(false), purpose, limit, held);
        try
        {
            // Where it ends before it holds, it says why.
            await (await Task.WhenAny(held.Task, hold._waiting).WaitAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
            return hold;
        }
        catch
        {
            await hold.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private static void Answer(string line, TaskCompletionSource held)
    {
        if (line == Held)
        {
            held.TrySetResult();
        }
    }
}
