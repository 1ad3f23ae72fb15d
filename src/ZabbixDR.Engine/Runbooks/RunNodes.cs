using System.Collections.Concurrent;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// The nodes in the hands of a run, and the deployment's lock on them. The lock is taken on every node that answers, touched or not: two
/// runs that touch different nodes must not meet either. Nor must two whose operators see different nodes: hence etcd's lease, where etcd gives one.
/// </summary>
internal sealed class RunNodes : IRunLock, IAsyncDisposable
{
    // One command of a process that died can be under way still, and one other operator comes and goes: more than two numbers in a row are not lost to chance.
    private const int Attempts = 3;
    private readonly DeploymentSession _deployment;
    private readonly IReadOnlyDictionary<string, IChangingNode> _nodes;
    private readonly LockLease _lease;
    private readonly ChangePermit _permit;
    private readonly IProgress<OperationMessage>? _messages;
    private long _fence;

    private RunNodes(DeploymentSession deployment, IReadOnlyDictionary<string, IChangingNode> nodes, ChangePermit permit, IProgress<OperationMessage>? messages)
    {
        _deployment = deployment;
        _nodes = nodes;
        _permit = permit;
        _lease = new LockLease(deployment);
        _messages = messages;
    }

    /// <summary>Whether the lock is held.</summary>
    public bool IsTaken => _fence > 0;

    /// <summary>One node of each site, by name: they keep a copy of the journal.</summary>
    public IReadOnlyList<string> Witnesses => [.. _nodes.Values.GroupBy(node => node.Definition.Site).Select(site => site.First().Name)];

    /// <summary>Reaches all nodes, and proves each to be the machine that is meant.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="permit">The yes to the run.</param>
    /// <param name="needed">The nodes that the plan works on: each must answer. The others are left out where they do not.</param>
    /// <param name="messages">Is told where the lock does not keep everybody else away.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Why a node that is needed cannot be reached; nothing was changed.</exception>
    public static async Task<RunNodes> ReachAsync(
        DeploymentSession deployment, ChangePermit permit, IReadOnlySet<string> needed, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var nodes = new Dictionary<string, IChangingNode>(StringComparer.Ordinal);
        await foreach (var outcome in deployment.Nodes.All.ForEachAsync(ReachAsync, NodeFanOut.DefaultThrottleLimit, cancellation).ConfigureAwait(false))
        {
            if (outcome.Value is { } node)
            {
                nodes[node.Name] = node;
            }
            else if (needed.Contains(outcome.Node.Name))
            {
                throw outcome.Failure!;
            }
        }

        // In the topology's order, whichever answered first: two who take the lock at once meet at the first node, and one of them leaves.
        var reached = deployment.Nodes.All.Where(node => nodes.ContainsKey(node.Name)).ToDictionary(node => node.Name, node => nodes[node.Name], StringComparer.Ordinal);
        return new RunNodes(deployment, reached, permit, messages);

        async Task<IChangingNode> ReachAsync(INode node, CancellationToken stop)
        {
            var changing = await deployment.Nodes.ChangingAsync(node, permit, stop).ConfigureAwait(false);
            await changing.RunAsync(new ObservingCommand("true"), stop).ConfigureAwait(false);
            return changing;
        }
    }

    /// <summary>A node to be changed, under the run's fencing number.</summary>
    /// <exception cref="InvalidOperationException">The lock is not held.</exception>
    public IChangingNode Change(string name) =>
        IsTaken ? new FencedNode(_nodes[name], _fence) : throw new InvalidOperationException("No node is changed before the lock is held.");

    /// <summary>A node's Patroni, to be changed.</summary>
    /// <exception cref="DrException">Those of <see cref="Patroni.PatroniClient.ChangingAsync"/>, and of the lock.</exception>
    /// <exception cref="InvalidOperationException">The lock is not held.</exception>
    public async Task<Patroni.PatroniChanges> ChangePatroniAsync(string name, CancellationToken cancellation)
    {
        // Patroni knows no fencing number: that of its node is asked first.
        await Change(name).RunAsync(new ChangingCommand("true"), cancellation).ConfigureAwait(false);
        return await _deployment.Patroni.ChangingAsync(Observe(name), _permit, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether a node answered when the run began.</summary>
    public bool IsReached(string name) => _nodes.ContainsKey(name);

    /// <summary>A node to be looked at.</summary>
    public INode Observe(string name) => _deployment.Nodes.Get(name);

    /// <inheritdoc/>
    public async Task<long> TakeAsync(string run, string? instead, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TakeOnceAsync(run, instead, cancellation).ConfigureAwait(false);
            }
            catch (DrException passed) when (passed.Id == nameof(NodeLock.FencingNumberTaken) && attempt < Attempts)
            {
                // A number above all is found anew. Who holds a node by now refuses this run by name.
            }
        }
    }

    private async Task<long> TakeOnceAsync(string run, string? instead, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(_nodes.Values.Select(node => NodeLock.ReadAsync(node, cancellation))).ConfigureAwait(false);
        var number = 1 + found.Max(held => held.FencingNumber);

        // Before a node is touched: who is refused the lease has fenced nobody out.
        if (await _lease.TakeAsync(run, instead, number, cancellation).ConfigureAwait(false) is { } why)
        {
            TellWhoIsNotKeptAway(why);
        }

        // The first alone: two who see the same nodes meet there. Two who do not may both be refused, and try again.
        var taken = new ConcurrentBag<IChangingNode>();
        try
        {
            await TakeAsync(_nodes.Values.First()).ConfigureAwait(false);
            await Task.WhenAll(_nodes.Values.Skip(1).Select(TakeAsync)).ConfigureAwait(false);
        }
        catch
        {
            // What was held before, by this run or the one that it goes back from, stays locked: it is half done. Another's may have been given back meanwhile.
            var given = taken.Where(node => found.First(held => held.Node == node.Name).Run is not { } before || (before != run && before != instead));
            await Task.WhenAll(given.Select(node => DrException.TryAsync(() => NodeLock.ReleaseAsync(node, run, CancellationToken.None)))).ConfigureAwait(false);
            await _lease.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        _fence = number;
        return number;

        // One whose answer did not come may have given it.
        async Task TakeAsync(IChangingNode node)
        {
            var isRefused = false;
            try
            {
                await NodeLock.TakeAsync(node, run, instead, number, cancellation).ConfigureAwait(false);
            }
            catch (DrException refusal) when (refusal.Kind == DrErrorKind.Busy)
            {
                isRefused = true;
                throw;
            }
            finally
            {
                if (!isRefused)
                {
                    taken.Add(node);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void RequireHeld() => _lease.RequireHeld();

    /// <inheritdoc/>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_nodes.Values.Select(node => ReleaseAsync(node, cancellation))).ConfigureAwait(false);
        await _lease.ReleaseAsync(cancellation).ConfigureAwait(false);
        _fence = 0;
    }

    private async Task ReleaseAsync(IChangingNode node, CancellationToken cancellation)
    {
        var held = await NodeLock.ReadAsync(node, cancellation).ConfigureAwait(false);
        if (held.Run is { } run && held.FencingNumber == _fence)
        {
            await NodeLock.ReleaseAsync(node, run, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Renews etcd's lease no longer; the locks on the nodes stay as they are.</summary>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();

    private void TellWhoIsNotKeptAway(string why)
    {
        string[] silent = [.. _deployment.Nodes.All.Select(node => node.Name).Where(name => !IsReached(name))];
        if (silent.Length > 0)
        {
            _messages?.Report(new OperationMessage(
                IsWarning: true,
                $"The lock lies on the nodes that answer alone, since etcd gives no lease ({why.TrimEnd('.')}): nothing keeps away another operator who sees only {string.Join(", ", silent)}. Make sure that there is none."));
        }
    }
}
