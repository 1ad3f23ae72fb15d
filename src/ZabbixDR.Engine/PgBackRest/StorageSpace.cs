using System.Globalization;
using System.Text.RegularExpressions;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// The room that is left where pgBackRest could not write. On a full disk a write takes what still fits and is no failure to the system,
/// so pgBackRest tells it with whatever errno came last: 2.55.1 says "[2] No such file or directory" (src/storage/posix/write.c).
/// </summary>
internal static partial class StorageSpace
{
    // The largest buffer-size that pgBackRest allows (src/build/config/config.yaml): no write of it is larger.
    private const long LargestWrite = 16 * 1024 * 1024;

    /// <summary>The directory of the file that an error message says could not be written; null where it names none.</summary>
    public static string? DirectoryIn(string message) => Unwritten().Match(message) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The bytes that are free there, where they are too few for one write; null where they are not, or it cannot be told.</summary>
    public static async Task<long?> TooLittleAsync(INode node, string user, string directory, CancellationToken cancellation) =>
        await FreeAsync(node, user, directory, cancellation).ConfigureAwait(false) is { } free && free < LargestWrite ? free : null;

    /// <summary>The bytes that are free where a directory lies; null where that cannot be told.</summary>
    public static async Task<long?> FreeAsync(INode node, string user, string directory, CancellationToken cancellation)
    {
        try
        {
            var answer = await node.RunAsync(PgBackRestCommands.FreeSpace(user, directory), cancellation).ConfigureAwait(false);
            return long.TryParse(answer.Lines[^1], CultureInfo.InvariantCulture, out var free) ? free : null;
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Remote)
        {
            // A repository on another host is not there.
            return null;
        }
    }

    [GeneratedRegex("unable to write '(/[^']*)/[^'/]*'")]
    private static partial Regex Unwritten();
}
