using System.Text;
using ZabbixDR.Engine.Nodes;

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

    /// <summary>Judges by a table of mounts, as proc(5) has it under <c>/proc/PID/mountinfo</c>.</summary>
    internal static void Judge(string node, RepositorySettings repository, string table)
    {
        var directory = repository.Mount!.Length > 1 ? repository.Mount.TrimEnd('/') : repository.Mount;

        // The last of several on one directory is the one that is seen.
        var mount = table.Split('\n').Select(Read).LastOrDefault(one => one?.Directory == directory) ?? throw RepositoryNotMounted(node, repository, directory);
        if (repository.Type == RepositoryType.Nfs && !s_nfs.Contains(mount.Type))
        {
            throw RepositoryMountDiffers(node, repository, directory, $"NFS, {repository.Server}:{repository.Export}", mount);
        }

        if (repository.Type == RepositoryType.Nfs && mount.Source.TrimEnd('/') != $"{repository.Server}:{repository.Export}".TrimEnd('/'))
        {
            throw RepositoryMountDiffers(node, repository, directory, $"{repository.Server}:{repository.Export}", mount);
        }

        if (repository.FileSystem is { } type && mount.Type != type)
        {
            throw RepositoryMountDiffers(node, repository, directory, type, mount);
        }

        if (mount.Options.Contains("ro"))
        {
            throw RepositoryReadOnly(node, repository, directory, mount);
        }
    }

    // proc(5): id, parent, device, root, directory, options, optional fields up to a lone -, then type, source and the file system's own options.
    private static Mounted? Read(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-");
        return dash < 6 || fields.Length < dash + 4 ? null
            : new Mounted(Unescaped(fields[4]), fields[dash + 1], Unescaped(fields[dash + 2]), [.. fields[5].Split(','), .. fields[dash + 3].Split(',')]);
    }

    // Blank, tab, newline and backslash are written as a backslash and three octal digits.
    private static string Unescaped(string text)
    {
        var plain = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && index + 3 < text.Length && text.AsSpan(index + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)Convert.ToInt32(text.Substring(index + 1, 3), 8));
                index += 3;
            }
            else
            {
                plain.Append(text[index]);
            }
        }

        return plain.ToString();
    }

    private static DrException RepositoryNotMounted(string node, RepositorySettings repository, string directory) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Proving that repository {repository.Number} is there",
        $"nothing is mounted at {directory}: what is written there would fill the node's own disk and be missed when it is needed",
        repository.Type == RepositoryType.Nfs
            ? $"Mount it: mount {directory}, and look at the way to {repository.Server} (TCP 2049) where that fails."
            : $"Mount it: mount {directory}. Where nothing shall be mounted there, take pgbackrest.repository.mount out of the topology file.");

    private static DrException RepositoryMountDiffers(string node, RepositorySettings repository, string directory, string meant, Mounted found) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Proving that repository {repository.Number} is there",
        $"{found.Source} ({found.Type}) is mounted at {directory}, and the topology means {meant}",
        "Mount what the topology means, or correct it.");

    private static DrException RepositoryReadOnly(string node, RepositorySettings repository, string directory, Mounted found) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Proving that repository {repository.Number} is there",
        $"{found.Source} is mounted read-only at {directory}",
        "Mount it for writing. A file system that became read-only by itself has met an error: look at the node's kernel log first.");

    private sealed record Mounted(string Directory, string Type, string Source, IReadOnlyList<string> Options);
}
