using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// Proves that what a node would write into is the repository and not the empty directory beneath it (PROCEDURES.md, 14). It asks the
/// kernel for its mounts alone, which a file server that hangs cannot hold up.
/// </summary>
public static class RepositoryGuard
{
    private static readonly string[] s_nfs = ["nfs", "nfs4"];

    /// <summary>Demands that a file system is mounted on the node where the topology says so, of the right kind, and can be written.</summary>
    /// <param name="node">The node.</param>
    /// <param name="repository">The repository; one without a mount, as in a bucket, has nothing to prove.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>RepositoryNotMounted</c>, <c>RepositoryMountDiffers</c>, <c>RepositoryReadOnly</c>, and those of <see cref="INode"/>.</exception>
    public static async Task DemandAsync(INode node, RepositorySettings repository, CancellationToken cancellation)
    {
        if (repository.Mount is null)
        {
            return;
        }

        var table = await node.RunAsync(new ObservingCommand("cat", "/proc/self/mountinfo"), cancellation).ConfigureAwait(false);
        Judge(node.Name, repository, table.Output);
    }

    /// <summary>What is mounted on a directory of a node; null where nothing is.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    internal static async Task<MountedFileSystem?> FindAsync(INode node, string directory, CancellationToken cancellation) =>
        Find((await node.RunAsync(new ObservingCommand("cat", "/proc/self/mountinfo"), cancellation).ConfigureAwait(false)).Output, directory);

    /// <summary>A repository's mount point, without a slash at its end.</summary>
    internal static string DirectoryOf(RepositorySettings repository) => repository.Mount!.Length > 1 ? repository.Mount.TrimEnd('/') : repository.Mount;

    /// <summary>Judges by a table of mounts, as proc(5) has it under <c>/proc/PID/mountinfo</c>.</summary>
    internal static void Judge(string node, RepositorySettings repository, string table)
    {
        var directory = DirectoryOf(repository);
        var mount = Find(table, directory) ?? throw RepositoryNotMounted(node, repository, directory);
        DemandSame(node, repository, mount);
        if (mount.Options.Contains("ro"))
        {
            throw RepositoryReadOnly(node, repository, directory, mount);
        }
    }

    /// <summary>Demands that what is mounted is what the topology means.</summary>
    /// <exception cref="DrException"><c>RepositoryMountDiffers</c>.</exception>
    internal static void DemandSame(string node, RepositorySettings repository, MountedFileSystem mount)
    {
        if (repository.Type == RepositoryType.Nfs && !s_nfs.Contains(mount.Type))
        {
            throw RepositoryMountDiffers(node, repository, mount.Directory, $"NFS, {repository.Server}:{repository.Export}", mount);
        }

        if (repository.Type == RepositoryType.Nfs && mount.Source.TrimEnd('/') != $"{repository.Server}:{repository.Export}".TrimEnd('/'))
        {
            throw RepositoryMountDiffers(node, repository, mount.Directory, $"{repository.Server}:{repository.Export}", mount);
        }

        if (repository.FileSystem is { } type && mount.Type != type)
        {
            throw RepositoryMountDiffers(node, repository, mount.Directory, type, mount);
        }
    }

    // The last of several on one directory is the one that is seen.
    private static MountedFileSystem? Find(string table, string directory) => table.Split('\n').Select(Read).LastOrDefault(one => one?.Directory == directory);

    // proc(5): id, parent, device, root, directory, options, optional fields up to a lone -, then type, source and the file system's own options.
    private static MountedFileSystem? Read(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-");
        return dash < 6 || fields.Length < dash + 4 ? null
            : new MountedFileSystem(FileSystemEntry.Unescaped(fields[4]), fields[dash + 1], FileSystemEntry.Unescaped(fields[dash + 2]), [.. fields[5].Split(','), .. fields[dash + 3].Split(',')]);
    }

    private static DrException RepositoryNotMounted(string node, RepositorySettings repository, string directory) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Proving that repository {repository.Number} is there",
        $"nothing is mounted at {directory}: what is written there would fill the node's own disk and be missed when it is needed",
        repository.Type == RepositoryType.Nfs
            ? $"Mount it: Mount-PgBackRestRepository, and look at the way to {repository.Server} (TCP 2049) where that fails."
            : $"Mount it: mount {directory}. Where nothing shall be mounted there, take pgbackrest.repository.mount out of the topology file.");

    private static DrException RepositoryMountDiffers(string node, RepositorySettings repository, string directory, string meant, MountedFileSystem found) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Proving that repository {repository.Number} is there",
        $"{found.Source} ({found.Type}) is mounted at {directory}, and the topology means {meant}",
        "Mount what the topology means, or correct it.");

    private static DrException RepositoryReadOnly(string node, RepositorySettings repository, string directory, MountedFileSystem found) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Proving that repository {repository.Number} is there",
        $"{found.Source} is mounted read-only at {directory}",
        "Mount it for writing. A file system that became read-only by itself has met an error: look at the node's kernel log first.");
}
