using System.Text.Json;
using System.Text.RegularExpressions;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// pgBackRest's lock: an flock on a file that holds, as JSON, the process that has it (src/common/lock.c). It is local to a host:
/// another host's run is not seen by it, but for commands that work through the repository's host and take it there too (src/command/remote/remote.c).
/// </summary>
internal static partial class LockFile
{
    /// <summary>The file that an error message says another process has; null where it says no such thing.</summary>
    public static string? PathIn(string message) => NamedFile().Match(message) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Whether what an error message names is the lock of those who archive WAL: each push holds it, for the time of one segment.</summary>
    public static bool IsOfArchive(string message) => PathIn(message) is { } path && ArchiveFile().IsMatch(path);

    /// <summary>The other host that an error message was raised on, as pgBackRest names it; null where it was the node's own.</summary>
    public static string? HostIn(string message) => RaisedElsewhere().Match(message) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Says who holds the lock, as far as it can be told: "… is held by process 337, …".</summary>
    public static async Task<string> HolderAsync(INode node, string user, string path, CancellationToken cancellation)
    {
        try
        {
            var content = await node.RunAsync(PgBackRestCommands.ReadLock(user, path), cancellation).ConfigureAwait(false);
            if (ProcessIn(content.Output) is not { } process)
            {
                return $"{path} does not say whose it is";
            }

            var description = await node.RunAsync(PgBackRestCommands.DescribeProcess(process), cancellation).ConfigureAwait(false);
            return $"{path} is held by process {process} on {node.Name}, running since {description.Output.Trim()}";
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Remote)
        {
            return $"{path} was given back in the meantime";
        }
    }

    /// <summary>The process that a lock file names; null where it names none.</summary>
    public static int? ProcessIn(string content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("pid", out var process) && process.ValueKind == JsonValueKind.Number && process.TryGetInt32(out var id) ? id : null;
        }
        catch (JsonException)
        {
            // It is written while another process may read it.
            return null;
        }
    }

    // EWOULDBLOCK; a lock file that cannot be opened has the same code and another reason.
    [GeneratedRegex("lock on file '([^']+)': Resource temporarily unavailable")]
    private static partial Regex NamedFile();

    // 2.55.1 has a lock a repository and its number in the name, 2.45 has not.
    [GeneratedRegex(@"-archive(-\d+)?\.lock$")]
    private static partial Regex ArchiveFile();

    [GeneratedRegex(@"raised from remote-\d+ \S+ protocol on '([^']+)'")]
    private static partial Regex RaisedElsewhere();
}
