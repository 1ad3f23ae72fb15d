namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Whether a server's WAL has been archived, by the .ready files that it removes when archive_command has taken a file.</summary>
internal static class ArchivedWal
{
    private const string History = ".history.ready";

    /// <summary>Lists what waits.</summary>
    public const string Query = "SELECT name FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'";

    /// <summary>Whether a segment, and every timeline's history, is archived.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="waiting">What <see cref="Query"/> listed.</param>
    public static bool IsIn(string segment, IEnumerable<string> waiting) => !waiting.Any(name => name == $"{segment}.ready" || name.EndsWith(History, StringComparison.Ordinal));
}
