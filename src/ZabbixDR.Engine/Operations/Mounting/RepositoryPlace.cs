using System.Text;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations.Mounting;

/// <summary>The mount point of one repository on one node, as it is now.</summary>
/// <param name="Node">The node.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Entry">The line of fstab that it shall have.</param>
/// <param name="Table">The node's fstab; null where it has none.</param>
/// <param name="Mounted">What is mounted there; null where nothing is.</param>
internal sealed record RepositoryPlace(INode Node, RepositorySettings Repository, FileSystemEntry Entry, string? Table, MountedFileSystem? Mounted)
{
    private const string UsualOptions = "defaults,noatime,nofail";
    private const UnixFileMode TableMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Whether the table has that line, and no other for the directory.</summary>
    public bool IsListed => Entry.In(Table ?? "") == Table;

    /// <summary>The repositories that nodes mount by themselves: of type nfs, or a directory whose device the topology names.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="number">One repository's number; null for all.</param>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>NothingToMount</c>.</exception>
    public static IReadOnlyList<RepositorySettings> Mountable(DeploymentSession deployment, int? number)
    {
        _ = deployment.PgBackRest;
        var found = deployment.Topology.PgBackRest!.Repositories.Where(one => EntryOf(one) is not null && (number is null || one.Number == number)).ToList();
        return found.Count > 0 ? found : throw NothingToMount(number);
    }

    /// <summary>Looks at it. Nothing is changed.</summary>
    /// <exception cref="DrException">Those of <see cref="NodeFiles"/>.</exception>
    public static async Task<RepositoryPlace> ReadAsync(INode node, RepositorySettings repository, CancellationToken cancellation)
    {
        var entry = EntryOf(repository)!;
        var table = await NodeFiles.ReadTextAsync(node, FileSystemEntry.Table, cancellation, user: null).ConfigureAwait(false);
        return new RepositoryPlace(node, repository, entry, table, await RepositoryGuard.FindAsync(node, entry.Directory, cancellation).ConfigureAwait(false));
    }

    /// <summary>Writes fstab anew, and keeps the old one beside it.</summary>
    /// <exception cref="DrException">Those of <see cref="NodeFiles"/>.</exception>
    public async Task WriteTableAsync(IChangingNode node, string text, CancellationToken cancellation)
    {
        if (Table is not null)
        {
            await node.RunAsync(new ChangingCommand("cp", "-p", "--", FileSystemEntry.Table, $"{FileSystemEntry.Table}.zabbixdr") { User = "root" }, cancellation).ConfigureAwait(false);
        }

        await NodeFiles.WriteAsync(node, FileSystemEntry.Table, Encoding.UTF8.GetBytes(text), new FileAttributesOnNode("root", "root", TableMode), cancellation).ConfigureAwait(false);

        // systemd makes units of the lines, and warns of a table that it has not read.
        await node.RunAsync(new ChangingCommand("systemctl", "daemon-reload") { User = "root" }, cancellation).ConfigureAwait(false);
    }

    /// <summary>What there is to tell of it.</summary>
    public PgBackRestMount Describe(params IReadOnlyList<string> changes) => new()
    {
        Node = Node.Name,
        Repository = Repository.Number,
        Directory = Entry.Directory,
        Source = Mounted?.Source,
        FileSystem = Mounted?.Type,
        Changes = changes,
    };

    private static FileSystemEntry? EntryOf(RepositorySettings repository) => repository switch
    {
        { Mount: null } => null,
        { Type: RepositoryType.Nfs } => new FileSystemEntry($"{repository.Server}:{repository.Export}", RepositoryGuard.DirectoryOf(repository), "nfs", repository.MountOptions ?? UsualOptions),
        { Device: { } device } => new FileSystemEntry(device, RepositoryGuard.DirectoryOf(repository), repository.FileSystem!, repository.MountOptions ?? UsualOptions),
        _ => null,
    };

    private static DrException NothingToMount(int? number) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Looking for {(number is null ? "repositories" : $"repository {number}")} that nodes mount",
        "the topology names none: of type nfs, or posix with mount, device and fileSystem",
        "A directory that somebody else mounts needs mount alone; an object store is never mounted.");
}
