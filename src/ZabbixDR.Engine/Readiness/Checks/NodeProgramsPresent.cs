using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>The programs that the work on a node runs are there.</summary>
internal sealed class NodeProgramsPresent : INodeCheck
{
    // Without script(1) a command that only looks, run by sudo, may outlive a connection that breaks.
    private const string Recommended = "script";
    private static readonly string[] s_everywhere = ["systemctl", "sudo", "tar"];

    public string Id => "node.programs";

    public string Title => "The programs that the work needs are there";

    public async Task<ReadinessFinding> RunAsync(INode node, CancellationToken cancellation)
    {
        var needed = Needed(node.Definition.Roles);
        var found = await NodePrograms.FindAsync(node, needed.SelectMany(either => either).Append(Recommended), cancellation).ConfigureAwait(false);
        var expected = string.Join(", ", needed.Select(Either));
        var actual = string.Join("; ", found.Where(program => program.Key != Recommended).Select(program => program.Value.Length > 0 ? program.Value : program.Key));
        var missing = needed.Where(either => !either.Any(found.ContainsKey)).Select(Either).ToList();
        return (missing.Count, found.ContainsKey(Recommended)) switch
        {
            ( > 0, _) => ReadinessFinding.Fail(node.Name, expected, actual, $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not there", "Install what is missing, or add its folder to the login user's PATH."),
            (_, false) => ReadinessFinding.Warn(node.Name, expected, actual, "script is not there", "Install it (bsdutils, util-linux or util-linux-script): it ends what sudo runs when the connection breaks."),
            _ => ReadinessFinding.Pass(node.Name, expected, actual),
        };
    }

    private static List<string[]> Needed(IReadOnlyList<NodeRole> roles) =>
    [
        .. s_everywhere.Select(program => new[] { program }),
        .. roles.Contains(NodeRole.Postgres) ? [["pgbackrest"], ["patronictl"], ["python3"]] : roles.Contains(NodeRole.Repository) ? [["pgbackrest"]] : Array.Empty<string[]>(),

        // What restores a snapshot: etcdutl since etcd 3.5, etcdctl before.
        .. roles.Contains(NodeRole.Etcd) ? [["etcdutl", "etcdctl"]] : Array.Empty<string[]>(),
    ];

    private static string Either(string[] programs) => string.Join(" or ", programs);
}
