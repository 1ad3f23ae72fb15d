using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Files;

/// <summary>What can go wrong with files on a node.</summary>
internal static class NodeFileErrors
{
    /// <summary>The error for what a program said, in the C locale, of a file.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tried">What was tried, as a noun phrase.</param>
    /// <param name="said">What the program said.</param>
    /// <param name="cause">The exception beneath.</param>
    public static DrException From(string node, string tried, string said, DrException? cause = null) => said switch
    {
        _ when Holds(said, "No space left on device", "Disk quota exceeded") => NodeDiskFull(node, tried, said, cause),
        _ when Holds(said, "invalid user", "invalid group") => NodeOwnerUnknown(node, tried, said, cause),
        _ when Holds(said, "No such file or directory") => NodeFileMissing(node, tried, said, cause),
        _ when said.StartsWith("sudo: ", StringComparison.Ordinal) || Holds(said, "Permission denied", "Operation not permitted") => NodeFileForbidden(node, tried, said, cause),
        _ => NodeFileFailed(node, tried, said, cause),
    };

    public static DrException NodePathInvalid(string node, string path) => DrException.Of(
        DrErrorKind.InvalidInput,
        node,
        $"Using the path '{path}'",
        "it is not absolute, ends with a slash, or holds a NUL",
        "Give the whole path, from the root.");

    public static DrException NodeFileTooLarge(string node, string path, long limit) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Reading {path}",
        string.Create(CultureInfo.InvariantCulture, $"it has more than {limit} bytes, more than such a file should have"),
        "Look at what it is.");

    public static DrException NodeFileMissing(string node, string tried, string said, DrException? cause = null) => DrException.Of(
        DrErrorKind.NotFound, node, tried, said, "Check the path, and whether what it lies on is mounted.", cause);

    public static DrException NodeRoomMissing(string node, string path, long needed, string free) => DrException.Of(
        DrErrorKind.DiskFull,
        node,
        $"Moving {path} aside",
        string.Create(CultureInfo.InvariantCulture, $"what comes in its place needs {needed} bytes, and its file system has {free} left; nothing was moved"),
        "Make room there: what was moved aside before and is of no more use, or other files.");

    public static DrException AsideExists(string node, string path, string aside) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Moving {path} aside",
        $"{aside} is there already; nothing was moved",
        "Try again in a second, or look who else moves it aside.");

    public static DrException PathIsMountPoint(string node, string path) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        $"Moving {path} aside",
        "it is a mount point, which cannot be renamed; nothing was moved",
        "Move what is in it aside, into a directory on the same file system.");

    private static DrException NodeDiskFull(string node, string tried, string said, DrException? cause) => DrException.Of(
        DrErrorKind.DiskFull, node, tried, said, "Make room there; what had been written was removed, and an older file stays as it was.", cause);

    private static DrException NodeOwnerUnknown(string node, string tried, string said, DrException? cause) => DrException.Of(
        DrErrorKind.InvalidInput, node, tried, said, "Install the package that brings this user or group, or name another.", cause);

    private static DrException NodeFileForbidden(string node, string tried, string said, DrException? cause) => DrException.Of(
        DrErrorKind.Permission, node, tried, said, "Give the user the right to it; on NFS with root_squash, try as the files' owner.", cause);

    private static DrException NodeFileFailed(string node, string tried, string said, DrException? cause) => DrException.Of(
        DrErrorKind.Remote, node, tried, said, "The message is the program's own.", cause);

    private static bool Holds(string said, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (said.Contains(text, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
