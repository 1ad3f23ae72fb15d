using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations.Mounting;

/// <summary>A repository's file system taken off a node, and its line out of fstab. What is in it stays, and so does the empty mount point.</summary>
public sealed class DismountRepository
{
    private readonly DeploymentSession _deployment;
    private readonly RepositoryPlace _place;

    private DismountRepository(DeploymentSession deployment, RepositoryPlace place)
    {
        _deployment = deployment;
        _place = place;
    }

    /// <summary>The node and the mount point.</summary>
    public string Target => $"{_place.Node.Name}:{_place.Entry.Directory}";

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsRight => _place.Mounted is null && Listed is null;

    /// <summary>What would be done, a line each.</summary>
    public string Action => string.Join(
        "\n  ",
        new[]
        {
            $"Dismount repository {_place.Repository.Number}",
            _place.Mounted is null ? null : $"umount {_place.Entry.Directory}",
            Listed is { } entry ? $"{FileSystemEntry.Table}, without: {entry}" : null,
        }.OfType<string>());

    private FileSystemEntry? Listed => FileSystemEntry.Find(_place.Table ?? "", _place.Entry.Directory);

    /// <summary>What there is to tell where nothing is to be done.</summary>
    public PgBackRestMount Unchanged() => _place.Describe();

    /// <summary>Looks at what is there. Nothing is changed.</summary>
    /// <exception cref="DrException"><c>LockHeld</c>, where a pgBackRest works there; <c>RepositoryMountDiffers</c>; those of <see cref="NodeFiles"/>.</exception>
    public static async Task<DismountRepository> PrepareAsync(DeploymentSession deployment, INode node, RepositorySettings repository, CancellationToken cancellation)
    {
        var place = await RepositoryPlace.ReadAsync(node, repository, cancellation).ConfigureAwait(false);
        if (place.Mounted is not null)
        {
            RepositoryGuard.DemandSame(node.Name, repository, place.Mounted);
            new PgBackRestTurn(await deployment.PgBackRest.RunningAsync(node, cancellation).ConfigureAwait(false), []).Demand($"Dismounting {place.Entry.Directory}");
        }

        return new DismountRepository(deployment, place);
    }

    /// <summary>Does it, and proves it by the kernel's table of mounts.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="timeLimit">The longest that it may take: what is not written yet is written first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>DismountFailed</c>: nothing was changed; <c>RunHoldsNode</c>, and those of <see cref="NodeFiles"/>.</exception>
    public async Task<PgBackRestMount> RunAsync(ChangePermit permit, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var node = await SharedNode.OfAsync(await _deployment.Nodes.ChangingAsync(_place.Node, permit, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var changes = new List<string>();
        if (_place.Mounted is not null)
        {
            var command = new ChangingCommand("umount", "--", _place.Entry.Directory) { User = "root", TimeLimit = timeLimit };
            var (_, failure) = await DrException.TryAsync(() => node.RunAsync(command, cancellation)).ConfigureAwait(false);
            if (failure is not null || await RepositoryGuard.FindAsync(node, _place.Entry.Directory, cancellation).ConfigureAwait(false) is not null)
            {
                throw DismountFailed(failure);
            }

            changes.Add("dismounted");
        }

        if (Listed is not null)
        {
            await _place.WriteTableAsync(node, FileSystemEntry.Without(_place.Table!, _place.Entry.Directory), cancellation).ConfigureAwait(false);
            changes.Add(FileSystemEntry.Table);
        }

        return (await RepositoryPlace.ReadAsync(node, _place.Repository, cancellation).ConfigureAwait(false)).Describe(changes);
    }

    private DrException DismountFailed(DrException? cause) => DrException.Of(
        cause?.Kind ?? DrErrorKind.Remote,
        _place.Node.Name,
        $"Dismounting {_place.Entry.Directory}",
        cause?.Message ?? "another file system is mounted there still",
        $"See who has a file open there (fuser -vm {_place.Entry.Directory}), such as an archive-push that waits for its server. {FileSystemEntry.Table} is as it was.",
        cause);
}
