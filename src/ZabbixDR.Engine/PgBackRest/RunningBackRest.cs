using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// A pgBackRest of the stanza that runs on a node and holds its backup lock there. The lock is local to a host, so the processes are what tells
/// of it on all of them (PROCEDURES.md, 4).
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="Process">The process.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Since">Since when it runs, by the node's clock.</param>
/// <param name="Command">Its command line.</param>
internal sealed partial record RunningBackRest(string Node, int Process, string User, DateTimeOffset Since, string Command)
{
    private const string Program = "pgbackrest";

    // What takes the lock "backup" or all locks (src/build/config/config.yaml, lock-type). A backup's workers are backup:local.
    private static readonly string[] s_commands = ["annotate", "backup", "expire", "stanza-create", "stanza-delete", "stanza-upgrade"];

    /// <summary>As a message names it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {Process} of {User} on {Node}, running since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {Command}");

    /// <summary>Finds them in a list of all processes, as <see cref="PgBackRestCommands.ListProcesses"/> has it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="stanza">The stanza; one whose command line names none may be of it.</param>
    /// <param name="lines">The list.</param>
    public static IReadOnlyList<RunningBackRest> Find(string node, string stanza, IEnumerable<string> lines) =>
    [
        .. from line in lines
           let match = Line().Match(line)
           where match.Success
           let command = match.Groups["command"].Value
           where IsOf(stanza, command.Split(' ', StringSplitOptions.RemoveEmptyEntries))
           select new RunningBackRest(
               node,
               int.Parse(match.Groups["process"].ValueSpan, CultureInfo.InvariantCulture),
               match.Groups["user"].Value,
               DateTimeOffset.ParseExact(match.Groups["since"].ValueSpan, "MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite),
               command),
    ];

    private static bool IsOf(string stanza, string[] words)
    {
        var named = words.LastOrDefault(word => word.StartsWith("--stanza=", StringComparison.Ordinal));
        return words is [var program, ..] && program[(program.LastIndexOf('/') + 1)..] == Program
            && words.Any(s_commands.Contains) && (named is null || named == $"--stanza={stanza}");
    }

    [GeneratedRegex(@"^\s*(?<process>\d+)\s+(?<user>\S+)\s+[A-Z][a-z]{2} (?<since>[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d \d{4})\s+(?<command>.+)$")]
    private static partial Regex Line();
}
