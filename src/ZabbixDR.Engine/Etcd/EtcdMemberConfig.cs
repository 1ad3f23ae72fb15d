using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// How a member is started, as its unit and the files of its environment say (etcd's documentation, "Configuration options": each flag has its
/// variable, and a flag of the command line wins). Read from disk, so that it is known of a member that is down too.
/// </summary>
/// <param name="Name">The member's name.</param>
/// <param name="User">The user that it runs as.</param>
/// <param name="DataDirectory">Where its data lies.</param>
/// <param name="InitialCluster">All members' names and peer URLs, as the file has them.</param>
/// <param name="PeerUrls">Its own peer URLs, as it tells the others.</param>
internal sealed record EtcdMemberConfig(string Name, string User, string DataDirectory, string InitialCluster, string PeerUrls)
{
    private const string Root = "root";

    /// <summary>The members' names in <see cref="InitialCluster"/>, in order.</summary>
    public IReadOnlyList<string> MemberNames => [.. InitialCluster.Split(',').Select(member => member.Split('=')[0].Trim()).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Asks a node.</summary>
    /// <exception cref="DrException"><c>EtcdConfigUnsupported</c>, <c>EtcdWalElsewhere</c>, <c>EtcdConfigIncomplete</c>, and those of <see cref="NodeFiles"/>.</exception>
    public static async Task<EtcdMemberConfig> ReadAsync(INode node, string unit, CancellationToken cancellation)
    {
        var shown = await node.RunAsync(new ObservingCommand("systemctl", "show", "--property=User,Environment,EnvironmentFiles,ExecStart", unit), cancellation).ConfigureAwait(false);
        var unitLines = shown.Lines.Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2).ToLookup(parts => parts[0], parts => parts[1]);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Take(values, unitLines["Environment"].SelectMany(line => line.Split(' ')));
        foreach (var file in unitLines["EnvironmentFiles"].Select(entry => entry.Split(' ')[0]).Where(path => path.StartsWith('/')))
        {
            Take(values, (await NodeFiles.ReadTextAsync(node, file, cancellation).ConfigureAwait(false) ?? "").Split('\n'));
        }

        TakeFlags(values, unitLines["ExecStart"].FirstOrDefault() ?? "");
        return values.TryGetValue("ETCD_CONFIG_FILE", out var config) ? throw EtcdConfigUnsupported(node, unit, config)
            : values.GetValueOrDefault("ETCD_WAL_DIR") is { Length: > 0 } wal ? throw EtcdWalElsewhere(node, unit, wal)
            : new EtcdMemberConfig(
                Require("ETCD_NAME"),
                unitLines["User"].FirstOrDefault() is { Length: > 0 } user ? user : Root,
                Require("ETCD_DATA_DIR").TrimEnd('/'),
                Require("ETCD_INITIAL_CLUSTER"),
                Require("ETCD_INITIAL_ADVERTISE_PEER_URLS"));

        string Require(string name) => values.TryGetValue(name, out var value) && value.Length > 0 ? value : throw EtcdConfigIncomplete(node, unit, name);
    }

    // systemd.exec(5): later assignments win, lines that begin with # or ; are comments, and a value may stand in quotes.
    private static void Take(Dictionary<string, string> values, IEnumerable<string> assignments)
    {
        foreach (var parts in assignments.Select(line => line.Trim()).Where(line => line.StartsWith("ETCD_", StringComparison.Ordinal)).Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2))
        {
            values[parts[0]] = parts[1].Trim().Trim('"', '\'');
        }
    }

    private static void TakeFlags(Dictionary<string, string> values, string execStart)
    {
        var arguments = execStart.Split(" ; ").FirstOrDefault(part => part.StartsWith("argv[]=", StringComparison.Ordinal))?.Split(' ') ?? [];
        for (var index = 1; index < arguments.Length; index++)
        {
            if (arguments[index].StartsWith("--", StringComparison.Ordinal))
            {
                var flag = arguments[index].Split('=', 2);
                var value = flag.Length == 2 ? flag[1] : arguments.ElementAtOrDefault(index + 1);
                values[$"ETCD_{flag[0][2..].Replace('-', '_').ToUpperInvariant()}"] = value ?? "";
            }
        }
    }

    private static DrException EtcdConfigUnsupported(INode node, string unit, string file) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading how {unit} starts etcd",
        $"it is configured by {file}, which this version does not read",
        "Give etcd its settings by ETCD_ variables or flags in its unit.");

    private static DrException EtcdWalElsewhere(INode node, string unit, string directory) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading how {unit} starts etcd",
        $"its WAL lies in {directory} (ETCD_WAL_DIR), apart from its data; this version moves the two together only",
        "Keep the WAL in the data directory.");

    private static DrException EtcdConfigIncomplete(INode node, string unit, string name) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading how {unit} starts etcd",
        $"neither its unit nor the files of its environment set {name}",
        "Set it there: a restored member needs its name, its data directory, its peer URLs and the list of all members.");
}
