using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Operations;

/// <summary>A change through a member's Patroni, with the locks of the nodes that it concerns held shared until this is disposed: no run of a runbook begins meanwhile.</summary>
internal sealed class PatroniWork : IAsyncDisposable
{
    private readonly List<SharedHold> _holds = [];

    private PatroniWork(PatroniChanges changes) => Changes = changes;

    /// <summary>What can be changed.</summary>
    public PatroniChanges Changes { get; }

    /// <summary>Takes the locks.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="nodes">The nodes that it concerns; the first one's Patroni is asked.</param>
    /// <param name="permit">The yes to it.</param>
    /// <param name="limit">The longest that it takes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>RunHoldsNode</c>, those of <see cref="NodeIdentity"/>, of Patroni and of <see cref="INode"/>.</exception>
    public static async Task<PatroniWork> BeginAsync(DeploymentSession deployment, IReadOnlyList<INode> nodes, ChangePermit permit, TimeSpan limit, CancellationToken cancellation)
    {
        var work = new PatroniWork(await deployment.Patroni.ChangingAsync(nodes[0], permit, cancellation).ConfigureAwait(false));
        try
        {
            foreach (var node in nodes)
            {
                var changing = await deployment.Nodes.ChangingAsync(node, permit, cancellation).ConfigureAwait(false);
                work._holds.Add(await SharedHold.TakeAsync(changing, permit.Reason, limit, cancellation).ConfigureAwait(false));
            }

            return work;
        }
        catch
        {
            await work.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var hold in _holds)
        {
            await hold.DisposeAsync().ConfigureAwait(false);
        }
    }
}
