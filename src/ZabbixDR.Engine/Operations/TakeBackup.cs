using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// A backup on the node that is the primary, or on the repository's host where it has one: pgBackRest refuses to work elsewhere. Prepared first,
/// so that the question to the user names the real node and the exact command.
/// </summary>
public sealed class TakeBackup
{
    private readonly DeploymentSession _deployment;
    private readonly BackupRequest _request;
    private readonly PrimaryNode _primary;
    private readonly PgBackRestTurn _turn;
    private readonly BackupRoom? _room;

    private TakeBackup(DeploymentSession deployment, BackupRequest request, PrimaryNode primary, INode node, PgBackRestTurn turn, BackupRoom? room)
    {
        _deployment = deployment;
        _request = request;
        _primary = primary;
        Node = node;
        _turn = turn;
        _room = room;
        Command = deployment.PgBackRest.BackupCommand(node, request);
    }

    /// <summary>Where pgBackRest will work.</summary>
    public INode Node { get; }

    /// <summary>The stanza.</summary>
    public string Stanza => _deployment.PgBackRest.Stanza;

    /// <summary>What will be run there.</summary>
    public ChangingCommand Command { get; }

    /// <summary>What will be done, for a person.</summary>
    public string Action => _turn.Running is [var other, ..]
        ? $"Wait up to {_request.WaitLimit} for {other}; then back up with: {Command}"
        : $"Back up with: {Command}";

    /// <summary>
    /// Finds the primary, proves where pgBackRest will work that the repository is the one that the topology means and has room, and that nobody else works on it.
    /// Nothing is changed.
    /// </summary>
    /// <exception cref="DrException">
    /// <c>SectionMissing</c>, <c>RepositoryUnknown</c>, those of <see cref="FindPrimary"/> and <see cref="RepositoryGuard"/>; <c>RunHoldsNode</c>; <c>LockHeld</c>, unless it is to
    /// be waited for; <c>BackupRoomMissing</c>, unless that is not to be asked.
    /// </exception>
    public static async Task<TakeBackup> PrepareAsync(DeploymentSession deployment, BackupRequest request, CancellationToken cancellation)
    {
        // A deployment without pgBackRest is told so before a node is troubled.
        _ = deployment.PgBackRest;

        // Without a number pgBackRest backs up into the first.
        var repository = RepositoryHost.Demand(deployment.Topology, request.Repository ?? deployment.Topology.PgBackRest!.Repository.Number);
        var primary = await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false);
        var node = RepositoryHost.Of(deployment, repository) ?? primary.Node;
        await RepositoryGuard.DemandAsync(node, repository, cancellation).ConfigureAwait(false);
        var tried = $"Backing up the stanza {deployment.PgBackRest.Stanza}";
        foreach (var taking in new[] { node, primary.Node }.Distinct())
        {
            await SharedNode.DemandFreeAsync(taking, tried, cancellation).ConfigureAwait(false);
        }

        var turn = await PgBackRestTurn.LookAsync(deployment, cancellation).ConfigureAwait(false);
        if (request.WaitLimit is null)
        {
            turn.Demand(tried);
        }

        var room = await BackupRoom.LookAsync(deployment, node, request, cancellation).ConfigureAwait(false);
        return room is null || room.Estimate <= room.Free || request.SkipSpaceCheck
            ? new TakeBackup(deployment, request, primary, node, turn, room)
            : throw PgBackRestErrors.BackupRoomMissing(node.Name, deployment.PgBackRest.Stanza, $"{room}");
    }

    /// <summary>Takes the backup, reads the new set back and proves that it is this database's.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="messages">Is told what pgBackRest says.</param>
    /// <param name="cancellation">Ends pgBackRest on the node too.</param>
    /// <exception cref="DrException"><c>RunHoldsNode</c>, <c>LockHeld</c>; those of <see cref="PgBackRestWork.BackUpAsync"/> and <see cref="PgBackRestClient.ProveAsync"/>; <c>OtherDatabaseBackedUp</c>.</exception>
    public async Task<PgBackRestBackup> RunAsync(
        ChangePermit permit, IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var client = _deployment.PgBackRest.AtMost(_request.TimeLimit);
        foreach (var unknown in _turn.Unknown)
        {
            messages?.Report(new OperationMessage(true, $"Whether another pgBackRest works on the stanza there is not known: {unknown.Message}"));
        }

        messages?.Report(new OperationMessage(false, _room is null ? "Whether there is room for the set is not known." : $"Room: {_room}."));
        if (_request.WaitLimit is { } limit)
        {
            await PgBackRestTurn.WaitAsync(_deployment, $"Backing up the stanza {Stanza}", limit, progress, cancellation).ConfigureAwait(false);
        }

        var changing = await _deployment.Nodes.ChangingAsync(Node, permit, cancellation).ConfigureAwait(false);
        var node = await SharedNode.OfAsync(changing, cancellation).ConfigureAwait(false);
        var label = await client.WorkOn(node).BackUpAsync(_request, progress, messages, cancellation).ConfigureAwait(false);
        progress?.Report(new OperationProgress($"Reading back {label}", 1));
        var backup = await client.ProveAsync(node, label, _request.Repository, cancellation).ConfigureAwait(false);
        return backup.SystemIdentifier == _primary.SystemIdentifier ? backup : throw OtherDatabaseBackedUp(backup);
    }

    private DrException OtherDatabaseBackedUp(PgBackRestBackup backup) => DrException.Of(
        DrErrorKind.InvalidData,
        Node.Name,
        $"Backing up stanza {Stanza}",
        $"the set {backup.Label} is of the database {backup.SystemIdentifier}, and the cluster's is {_primary.SystemIdentifier}",
        "pgBackRest's pg1-path or pg1-port on the node leads to another PostgreSQL server: correct it, then take another backup.");
}
