using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations.Mounting;

/// <summary>
/// A repository's file system mounted on a node, by a line of fstab that is proven by mounting with it: where that fails the table is as it was.
/// </summary>
public sealed class MountRepository
{
    // util-linux hands the work to it; Debian's package is nfs-common, that of RHEL nfs-utils.
    private const string NfsHelper = "/usr/sbin/mount.nfs";
    private readonly DeploymentSession _deployment;
    private readonly RepositoryPlace _place;
    private readonly bool _isMade;
    private readonly bool _isOwned;

    private MountRepository(DeploymentSession deployment, RepositoryPlace place, bool isMade, bool isOwned)
    {
        _deployment = deployment;
        _place = place;
        _isMade = isMade;
        _isOwned = isOwned;
    }

    /// <summary>3 min: mount.nfs tries for two by itself where the server does not answer (nfs(5), retry).</summary>
    public static TimeSpan DefaultTimeLimit { get; } = TimeSpan.FromMinutes(3);

    /// <summary>The node and the mount point.</summary>
    public string Target => $"{_place.Node.Name}:{_place.Entry.Directory}";

    /// <summary>Whether all is as it shall be.</summary>
    public bool IsRight => _place is { IsListed: true, Mounted: not null } && _isOwned;

    /// <summary>What would be done, a line each.</summary>
    public string Action => string.Join(
        "\n  ",
        new[]
        {
            $"Mount repository {_place.Repository.Number}",
            _isMade ? null : $"mkdir -p {_place.Entry.Directory}",
            _place.IsListed ? null : $"{FileSystemEntry.Table}: {_place.Entry}",
            _place.Mounted is null ? $"mount {_place.Entry.Directory}" : null,
            _isOwned ? null : $"chown {Owner}:{Owner} {_place.Repository.Path}",
        }.OfType<string>());

    private string Owner => OwnerOf(_deployment, _place.Node);

    /// <summary>The repositories that nodes mount, each with a node that does.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="number">One repository's number; null for all.</param>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>NothingToMount</c>.</exception>
    public static IReadOnlyList<(INode Node, RepositorySettings Repository)> Mountable(DeploymentSession deployment, int? number)
    {
        var mounted = RepositoryPlace.Mountable(deployment, number);
        return
        [
            .. from node in RepositoryHost.AllWithPgBackRest(deployment)
               from repository in RepositoryHost.ReachedBy(deployment.Topology, node.Definition)
               where mounted.Contains(repository)
               select (node, repository),
        ];
    }

    /// <summary>What there is to tell where nothing is to be done.</summary>
    public PgBackRestMount Unchanged() => _place.Describe();

    /// <summary>Looks at what is there. Nothing is changed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="node">The node.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>PackageMissing</c>, <c>MountPointInUse</c>; those of <see cref="RepositoryGuard"/>, where something is mounted there that the topology does not mean; those of
    /// <see cref="NodeFiles"/>.
    /// </exception>
    public static async Task<MountRepository> PrepareAsync(DeploymentSession deployment, INode node, RepositorySettings repository, CancellationToken cancellation)
    {
        var place = await RepositoryPlace.ReadAsync(node, repository, cancellation).ConfigureAwait(false);
        if (repository.Type == RepositoryType.Nfs
            && (await node.RunAsync(new ObservingCommand("test", "-x", NfsHelper) { AcceptedExitCodes = [0, 1] }, cancellation).ConfigureAwait(false)).ExitCode != 0)
        {
            throw PackageMissing(node);
        }

        if (place.Mounted is not null)
        {
            await RepositoryGuard.DemandAsync(node, repository, cancellation).ConfigureAwait(false);
            var folder = await NodeFiles.StatAsync(node, repository.Path, cancellation).ConfigureAwait(false);
            return new MountRepository(deployment, place, isMade: true, folder is { Kind: NodeFileKind.Directory } && folder.Owner == OwnerOf(deployment, node));
        }

        var point = await NodeFiles.StatAsync(node, place.Entry.Directory, cancellation).ConfigureAwait(false);
        if (point is not null && (point.Kind != NodeFileKind.Directory || (await NodeFiles.ListAsync(node, place.Entry.Directory, cancellation).ConfigureAwait(false)).Count > 0))
        {
            throw MountPointInUse(node, place.Entry.Directory, point.Kind);
        }

        return new MountRepository(deployment, place, point is not null, isOwned: false);
    }

    /// <summary>Does it, and proves it by the kernel's table of mounts and by a file that pgBackRest's user writes.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="timeLimit">The longest that mounting may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>MountFailed</c>: fstab is as it was; <c>OwnershipRefused</c>, <c>RepositoryNotWritable</c>: it is mounted; <c>RunHoldsNode</c>, those of
    /// <see cref="RepositoryGuard"/> and of <see cref="NodeFiles"/>.
    /// </exception>
    public async Task<PgBackRestMount> RunAsync(ChangePermit permit, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var node = await SharedNode.OfAsync(await _deployment.Nodes.ChangingAsync(_place.Node, permit, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var changes = new List<string>();
        await node.RunAsync(new ChangingCommand("mkdir", "-p", "--", _place.Entry.Directory) { User = "root" }, cancellation).ConfigureAwait(false);
        if (!_place.IsListed)
        {
            await _place.WriteTableAsync(node, _place.Entry.In(_place.Table ?? ""), cancellation).ConfigureAwait(false);
            changes.Add(FileSystemEntry.Table);
        }

        if (_place.Mounted is null)
        {
            await MountAsync(node, timeLimit, cancellation).ConfigureAwait(false);
            changes.Add("mounted");
        }

        await RepositoryGuard.DemandAsync(node, _place.Repository, cancellation).ConfigureAwait(false);
        if (await OwnAsync(node, cancellation).ConfigureAwait(false))
        {
            changes.Add("owner");
        }

        await WriteTrialAsync(node, cancellation).ConfigureAwait(false);
        return (await RepositoryPlace.ReadAsync(node, _place.Repository, cancellation).ConfigureAwait(false)).Describe(changes);
    }

    private static string OwnerOf(DeploymentSession deployment, INode node) => deployment.PgBackRest.UserOn(node.Definition);

    private async Task MountAsync(SharedNode node, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var (_, failure) = await DrException.TryAsync(() => node.RunAsync(
            new ChangingCommand("mount", _place.Entry.Directory) { User = "root", TimeLimit = timeLimit }, cancellation)).ConfigureAwait(false);
        if (failure is null && await RepositoryGuard.FindAsync(node, _place.Entry.Directory, cancellation).ConfigureAwait(false) is not null)
        {
            return;
        }

        // Cancelled or not: a line by which nothing can be mounted must not stay.
        if (!_place.IsListed)
        {
            await _place.WriteTableAsync(node, _place.Table ?? "", CancellationToken.None).ConfigureAwait(false);
        }

        if (!_isMade)
        {
            await node.RunAsync(new ChangingCommand("rmdir", "--", _place.Entry.Directory) { User = "root", AcceptedExitCodes = [0, 1] }, CancellationToken.None).ConfigureAwait(false);
        }

        throw MountFailed(failure);
    }

    private async Task<bool> OwnAsync(SharedNode node, CancellationToken cancellation)
    {
        const string Done = "done";
        const string Script = """[ -d "$1" ] || install -d -m 0750 -- "$1"; [ "$(stat -c %U -- "$1")" = "$2" ] || { chown -- "$2:$2" "$1" && echo done; }""";
        var result = await node.RunAsync(
            new ChangingCommand("sh", "-ec", Script, "sh", _place.Repository.Path, Owner) { User = "root", Title = $"the giving of {_place.Repository.Path} to {Owner}", AcceptedExitCodes = [0, 1] },
            cancellation).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output.Trim() == Done : throw OwnershipRefused(result.Error.Trim());
    }

    private async Task WriteTrialAsync(SharedNode node, CancellationToken cancellation)
    {
        const string Script = """part=$(mktemp "$1/.zabbixdr.XXXXXXXX") && rm -- "$part" """;
        var result = await node.RunAsync(
            new ChangingCommand("sh", "-ec", Script, "sh", _place.Repository.Path) { User = Owner, Title = $"the writing of a file in {_place.Repository.Path}", AcceptedExitCodes = [0, 1] },
            cancellation).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            throw RepositoryNotWritable(result.Error.Trim());
        }
    }

    private static DrException PackageMissing(INode node) => DrException.Of(
        DrErrorKind.NotFound,
        node.Name,
        "Looking for what mounts NFS",
        $"there is no {NfsHelper}",
        "Install it: apt-get install nfs-common on Debian, dnf install nfs-utils on RHEL.");

    private static DrException MountPointInUse(INode node, string directory, NodeFileKind kind) => DrException.Of(
        DrErrorKind.InvalidData,
        node.Name,
        $"Looking at the mount point {directory}",
        kind == NodeFileKind.Directory ? "nothing is mounted there, and it is not empty: what lies in it would be hidden" : $"it is no directory, but {kind}",
        "A pgBackRest that ran while nothing was mounted may have written there. Look at it, and move it away.");

    private DrException MountFailed(DrException? cause) => DrException.Of(
        cause?.Kind ?? DrErrorKind.Remote,
        _place.Node.Name,
        $"Mounting {_place.Entry.Source} at {_place.Entry.Directory}",
        $"{cause?.Message.TrimEnd('.') ?? "nothing is mounted there, and mount said nothing: with nofail it is silent about a device that does not exist"}. {FileSystemEntry.Table} is as it was",
        _place.Repository.Type == RepositoryType.Nfs
            ? $"Look at the way to {_place.Repository.Server} (TCP 2049), at what it exports (showmount -e {_place.Repository.Server}), and whether this node may mount it."
            : "Correct device, fileSystem or mountOptions in the topology file.",
        cause);

    private DrException OwnershipRefused(string said) => DrException.Of(
        DrErrorKind.Permission,
        _place.Node.Name,
        $"Giving {_place.Repository.Path} to {Owner}",
        $"{said}; it is mounted",
        "An NFS server that takes root for nobody (root_squash) refuses it: give the directory to the number of that user on the server, or export it with no_root_squash.");

    private DrException RepositoryNotWritable(string said) => DrException.Of(
        DrErrorKind.Permission,
        _place.Node.Name,
        $"Writing a file in {_place.Repository.Path} as {Owner}",
        $"{said}; it is mounted",
        "Give the directory to that user, by number where an NFS server maps users, and see whether the export is read-only.");
}
