using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Configuration;

/// <summary>Asks a node which of the paths it has, in one command.</summary>
internal static class PathProbe
{
    // tar stores a link and not what it leads to, so a link among the paths is told with its end.
    private const string Script =
        """
        for path; do
          if [ -L "$path" ] && [ -e "$path" ]; then echo "link $(readlink -f -- "$path")"
          elif [ -L "$path" ]; then echo dangling
          elif [ -e "$path" ]; then echo present
          else echo absent
          fi
        done
        """;

    /// <summary>Looks, as root: another user would take what it may not see for absent.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>, and <c>ConfigurationProbeGarbled</c>.</exception>
    public static async Task<IReadOnlyList<PathFinding>> LookAsync(INode node, IReadOnlyList<ConfigurationPath> asked, CancellationToken cancellation)
    {
        var command = new ObservingCommand("sh", ["-c", Script, "zabbixdr", .. asked.Select(path => path.Path)]) { User = "root" };
        var lines = (await node.RunAsync(command, cancellation).ConfigureAwait(false)).Lines;
        return lines.Count == asked.Count
            ? [.. asked.Zip(lines, (path, line) => Read(node, path, line))]
            : throw ConfigurationProbeGarbled(node, $"{lines.Count} answers to {asked.Count} questions");
    }

    private static PathFinding Read(INode node, ConfigurationPath path, string line) => line switch
    {
        "present" => new PathFinding(path, PathPresence.Present, null),
        "absent" => new PathFinding(path, PathPresence.Absent, null),
        "dangling" => new PathFinding(path, PathPresence.Dangling, null),
        _ when line.StartsWith("link /", StringComparison.Ordinal) => new PathFinding(path, PathPresence.Link, line["link ".Length..]),
        _ => throw ConfigurationProbeGarbled(node, $"the line '{line}'"),
    };

    private static DrException ConfigurationProbeGarbled(INode node, string cameBack) => DrException.Of(
        DrErrorKind.InvalidData,
        node.Name,
        "Looking for configuration files",
        cameBack,
        "Look whether the shell there prints something of its own, such as a banner from root's start-up files.");
}
