using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Etcd;

/// <summary>A node on its way to being a voter: added as a learner, promoted once it has caught up.</summary>
public sealed class EtcdAddition
{
    private readonly EtcdTarget _voice;
    private readonly Func<EtcdConnection, CancellationToken, Task<EtcdMemberList>> _list;

    internal EtcdAddition(string node, Uri peerUrl, bool isLearner, EtcdTarget voice, Func<EtcdConnection, CancellationToken, Task<EtcdMemberList>> list)
    {
        Node = node;
        PeerUrl = peerUrl;
        IsLearner = isLearner;
        _voice = voice;
        _list = list;
    }

    /// <summary>The node.</summary>
    public string Node { get; }

    /// <summary>Where the other members reach it.</summary>
    public Uri PeerUrl { get; }

    /// <summary>True where it was added earlier, and is only promoted now.</summary>
    public bool IsLearner { get; }

    /// <summary>Adds it as a learner, where it is none yet.</summary>
    /// <param name="permit">The yes to the change.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The learner; it has no name until it starts.</returns>
    /// <exception cref="DrException"><c>EtcdMembersUnsettled</c>, and those of a connection to the member that is asked.</exception>
    public async Task<EtcdMember> AddAsync(ChangePermit permit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(permit);
        using var connection = await ConnectAsync(cancellation).ConfigureAwait(false);
        if (!IsLearner)
        {
            // As etcd writes them: without the slash that Uri adds.
            var url = PeerUrl.GetLeftPart(UriPartial.Authority);
            await EtcdPatience.WhileUnsettledAsync(() => connection.AddLearnerAsync(url, cancellation), cancellation).ConfigureAwait(false);
        }

        return await FindAsync(connection, cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits until the learner has started and caught up, and promotes it.</summary>
    /// <param name="permit">The yes to the change.</param>
    /// <param name="learner">The learner.</param>
    /// <param name="limit">The longest wait; it grows with the data and with how soon somebody starts etcd on the node.</param>
    /// <param name="progress">Is told what is waited for.</param>
    /// <param name="cancellation">Ends the wait; it stays a learner then.</param>
    /// <returns>The voter.</returns>
    /// <exception cref="DrException"><c>EtcdLearnerBehind</c>, and those of a connection to the member that is asked.</exception>
    public async Task<EtcdMember> PromoteAsync(
        ChangePermit permit, EtcdMember learner, TimeSpan limit, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(permit);
        using var connection = await ConnectAsync(cancellation).ConfigureAwait(false);
        await EtcdPatience.WhileBehindAsync(
            limit,
            () => connection.PromoteAsync(EtcdRemoval.IdOf(learner), cancellation),
            () => TellAsync(connection, progress, cancellation),
            cancellation).ConfigureAwait(false);
        return await FindAsync(connection, cancellation).ConfigureAwait(false);
    }

    private async Task TellAsync(EtcdConnection connection, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var learner = await FindAsync(connection, cancellation).ConfigureAwait(false);
        progress.Report(new OperationProgress(learner.IsStarted ? $"{Node} catches up" : $"Waiting for etcd to start on {Node}"));
    }

    private async Task<EtcdMember> FindAsync(EtcdConnection connection, CancellationToken cancellation) =>
        (await _list(connection, cancellation).ConfigureAwait(false)).Find(Node) ?? throw EtcdErrors.EtcdMemberGone(_voice, Node);

    private async Task<EtcdConnection> ConnectAsync(CancellationToken cancellation)
    {
        var connection = EtcdConnection.To(_voice);
        try
        {
            await connection.LogInAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
