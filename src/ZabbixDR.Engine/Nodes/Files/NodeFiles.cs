using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Files;

/// <summary>
/// Files on a node. Paths are absolute and may hold any character but NUL; a name that is not UTF-8 is shown changed, and cannot be given.
/// Every member also throws what <see cref="INode"/> throws, and <c>NodePathInvalid</c>, <c>NodeFileMissing</c>, <c>NodeFileForbidden</c>, <c>NodeFileFailed</c>.
/// </summary>
public static class NodeFiles
{
    private const string Root = "root";

    /// <summary>What lies under a path; links are not followed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The path.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="user">Who looks: root, who on NFS with root_squash may see less than the files' owner; null for the login user, here as below.</param>
    /// <returns>The file; null where there is none. Where that cannot be known, it is an error.</returns>
    public static async Task<NodeFile?> StatAsync(INode node, string path, CancellationToken cancellation, string? user = Root)
    {
        RequirePath(node, path);
        var result = await node.RunAsync(Look(user, "stat", NodeFileFields.OfStat, "--", path), cancellation).ConfigureAwait(false);
        return result.ExitCode == 0 ? NodeFileFields.FromStat(path, result.Output)
            : IsMissing(result) ? null
            : throw NodeFileErrors.From(node.Name, $"Looking at {path}", result.Error);
    }

    /// <summary>What lies in a directory, by name; not what lies below that.</summary>
    /// <param name="node">The node.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="user">Who looks.</param>
    public static async Task<IReadOnlyList<NodeFile>> ListAsync(INode node, string directory, CancellationToken cancellation, string? user = Root)
    {
        RequirePath(node, directory);

        // With the slash at its end, what is no directory is an error and not an empty one.
        var command = Look(user, "find", directory + "/", "-mindepth", "1", "-maxdepth", "1", "-printf", NodeFileFields.OfFind);
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        Require(node, result, $"Listing {directory}");
        return NodeFileFields.FromFind(directory, result.Output);
    }

    /// <summary>Reads a small file whole.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most that it may have, in bytes; it is held in memory.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="user">Who reads.</param>
    /// <exception cref="DrException"><c>NodeFileTooLarge</c>.</exception>
    public static async Task<byte[]> ReadAsync(INode node, string path, int limit, CancellationToken cancellation, string? user = Root)
    {
        RequirePath(node, path);
        using var content = new MemoryStream();
        Require(node, await node.RunAsync(Head(user, path, limit), content, cancellation).ConfigureAwait(false), $"Reading {path}");
        return content.Length <= limit ? content.ToArray() : throw NodeFileErrors.NodeFileTooLarge(node.Name, path, limit);
    }

    /// <summary>Reads a configuration file; null where there is none.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file: UTF-8, at most 1 MiB.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="user">Who reads.</param>
    /// <exception cref="DrException"><c>NodeFileTooLarge</c>.</exception>
    public static async Task<string?> ReadTextAsync(INode node, string path, CancellationToken cancellation, string? user = Root)
    {
        const int Limit = 1024 * 1024;
        RequirePath(node, path);
        var result = await node.RunAsync(Head(user, path, Limit), cancellation).ConfigureAwait(false);
        if (IsMissing(result))
        {
            return null;
        }

        Require(node, result, $"Reading {path}");
        return result.Output.Length <= Limit ? result.Output : throw NodeFileErrors.NodeFileTooLarge(node.Name, path, Limit);
    }

    /// <summary>Copies a file's content into a stream.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file.</param>
    /// <param name="destination">Where it goes; after an error it holds a part.</param>
    /// <param name="timeLimit">The longest that it may take; it scales with the file's size and the network.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <param name="user">Who reads.</param>
    public static async Task CopyToAsync(INode node, string path, Stream destination, TimeSpan timeLimit, CancellationToken cancellation, string? user = Root)
    {
        RequirePath(node, path);
        var command = Look(user, "cat", "--", path) with { TimeLimit = timeLimit };
        Require(node, await node.RunAsync(command, destination, cancellation).ConfigureAwait(false), $"Reading {path}");
    }

    /// <summary>The SHA-256 of a file's content, as 64 hexadecimal digits in lower case.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file.</param>
    /// <param name="timeLimit">The longest that it may take; it scales with the file's size: some hundred MiB a second.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="user">Who reads.</param>
    public static async Task<string> Sha256Async(INode node, string path, TimeSpan timeLimit, CancellationToken cancellation, string? user = Root)
    {
        const int Digits = 64;
        RequirePath(node, path);

        // --zero: else a name with a newline or backslash is escaped, and a backslash stands before the digits.
        var command = Look(user, "sha256sum", "--zero", "--", path) with { TimeLimit = timeLimit };
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        Require(node, result, $"Reading {path}");
        return result.Output[..Digits];
    }

    /// <summary>Writes a file whole or not at all, as <see cref="IChangingNode.WriteFileAsync"/>, and tells what kept it from being written.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file.</param>
    /// <param name="content">What it shall hold; held in memory, so a small file's.</param>
    /// <param name="attributes">Whose it is and who may read it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>NodeDiskFull</c>, <c>NodeOwnerUnknown</c>: nothing was left behind.</exception>
    public static Task WriteAsync(IChangingNode node, string path, byte[] content, FileAttributesOnNode attributes, CancellationToken cancellation) =>
        WriteAsync(node, path, new MemoryStream(content, writable: false), content.Length, attributes, TimeSpan.FromSeconds(30), cancellation);

    /// <summary>Writes a file of any length whole or not at all.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file.</param>
    /// <param name="content">What it shall hold, from where the stream stands.</param>
    /// <param name="length">How many bytes of it are written; where it has fewer, nothing is.</param>
    /// <param name="attributes">Whose it is and who may read it.</param>
    /// <param name="timeLimit">The longest that it may take; it scales with the length and the network.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>NodeDiskFull</c>, <c>NodeOwnerUnknown</c>: nothing was left behind.</exception>
    public static async Task WriteAsync(
        IChangingNode node, string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation)
    {
        RequirePath(node, path);
        try
        {
            await node.WriteFileAsync(path, content, length, attributes, timeLimit, cancellation).ConfigureAwait(false);
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Remote)
        {
            throw NodeFileErrors.From(node.Name, $"Writing {path}", failure.Message, failure);
        }
    }

    /// <summary>Renames a file or directory to its name with <c>.yyyyMMddTHHmmssZ</c> after it, beside it; nothing is copied or deleted.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The file or directory.</param>
    /// <param name="now">The time for the name.</param>
    /// <param name="roomNeeded">How many bytes the file system must have free for what comes in its place; zero for nothing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Its new path.</returns>
    /// <exception cref="DrException"><c>NodeRoomMissing</c>, <c>AsideExists</c>, <c>PathIsMountPoint</c>: nothing was moved.</exception>
    public static async Task<string> MoveAsideAsync(IChangingNode node, string path, DateTimeOffset now, long roomNeeded, CancellationToken cancellation)
    {
        RequirePath(node, path);
        var aside = string.Create(CultureInfo.InvariantCulture, $"{path}.{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        var result = await node.RunAsync(MoveAside.Command(path, aside, roomNeeded), cancellation).ConfigureAwait(false);
        return result.ExitCode switch
        {
            MoveAside.Missing => throw NodeFileErrors.NodeFileMissing(node.Name, $"Moving {path} aside", "there is no such file"),
            MoveAside.AsideExists => throw NodeFileErrors.AsideExists(node.Name, path, aside),
            MoveAside.IsMountPoint => throw NodeFileErrors.PathIsMountPoint(node.Name, path),
            MoveAside.Failed => throw NodeFileErrors.From(node.Name, $"Moving {path} aside", result.Error),
            MoveAside.NoRoom => throw NodeFileErrors.NodeRoomMissing(node.Name, path, roomNeeded, result.Output.Trim()),
            _ => aside,
        };
    }

    // One byte more than is wanted shows that there is more.
    private static ObservingCommand Head(string? user, string path, int limit) =>
        Look(user, "head", "-c", (limit + 1L).ToString(CultureInfo.InvariantCulture), "--", path);

    private static bool IsMissing(CommandResult result) =>
        result.ExitCode != 0 && result.Error.TrimEnd().EndsWith(": No such file or directory", StringComparison.Ordinal);

    // All these programs say with 1 that they failed, and why on standard error.
    private static ObservingCommand Look(string? user, string program, params string[] arguments) =>
        new(program, arguments) { User = user, AcceptedExitCodes = [0, 1] };

    private static void Require(INode node, CommandResult result, string tried)
    {
        if (result.ExitCode != 0)
        {
            throw NodeFileErrors.From(node.Name, tried, result.Error);
        }
    }

    private static void RequirePath(INode node, string path)
    {
        if (!path.StartsWith('/') || path.EndsWith('/') || path.Contains('\0', StringComparison.Ordinal))
        {
            throw NodeFileErrors.NodePathInvalid(node.Name, path);
        }
    }
}
