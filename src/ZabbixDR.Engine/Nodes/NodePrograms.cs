namespace ZabbixDR.Engine.Nodes;

/// <summary>Looks for programs on a node.</summary>
public static class NodePrograms
{
    // The first line is the version, for all of them. What is no user's to run lies in the sbin folders.
    private const string Script =
        """
        PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
        for name; do
          command -v "$name" >/dev/null || continue
          case $name in pgbackrest|patronictl|etcdctl|etcdutl) ask=version ;; *) ask=--version ;; esac
          printf '%s\t%s\n' "$name" "$("$name" $ask </dev/null 2>/dev/null | head -n 1)"
        done
        """;

    /// <summary>Gives those that are there, each with what it says of its version.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(INode node, IEnumerable<string> names, CancellationToken cancellation)
    {
        var command = new ObservingCommand("sh", ["-c", Script, "zabbixdr", .. names]) { Title = "sh (looking for programs)" };
        var lines = (await node.RunAsync(command, cancellation).ConfigureAwait(false)).Lines;
        return lines.Select(line => line.Split('\t', 2)).ToDictionary(parts => parts[0], parts => parts[^1].Trim(), StringComparer.Ordinal);
    }
}
