using System.Text.Json;
using System.Text.RegularExpressions;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// pgBackRest's lock: an flock on a file that holds, as JSON, the process that has it (src/common/lock.c). It is local to a host:
/// another host's run is not seen by it.
/// </summary>
internal static partial class LockFile
{
    /// <summary>The file that an error message names; null where it names none.</summary>
    public static string? PathIn(string message) => NamedFile().Match(message) is { Success: true } match ? match.Groups[1].Value : null;

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

    [GeneratedRegex("lock on file '([^']+)'")]
    private static partial Regex NamedFile();
}
