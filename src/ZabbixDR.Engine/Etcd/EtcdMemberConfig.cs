using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// How a member is started, as its unit and the files of its environment say (etcd's documentation, "Configuration options": each flag has its
/// variable, and a flag of the command line wins), or the file that the unit names: beside such a file etcd ignores flags and variables. Read from
/// disk, so that it is known of a member that is down too; it is what the next start goes by.
/// </summary>
/// <param name="Name">The member's name.</param>
/// <param name="User">The user that it runs as.</param>
/// <param name="DataDirectory">Where its data lies.</param>
/// <param name="InitialCluster">All members' names and peer URLs, as the file has them.</param>
/// <param name="PeerUrls">Its own peer URLs, as it tells the others.</param>
internal sealed record EtcdMemberConfig(string Name, string User, string DataDirectory, string InitialCluster, string PeerUrls)
{
    private const string Root = "root";
    private const string FileVariable = "ETCD_CONFIG_FILE";

    /// <summary>The file that holds all its settings; null where variables and flags do.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Where its WAL lies; null where that is in the data directory.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>The members' names in <see cref="InitialCluster"/>, in order.</summary>
    public IReadOnlyList<string> MemberNames => [.. InitialCluster.Split(',').Select(member => member.Split('=')[0].Trim()).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Asks a node.</summary>
    /// <exception cref="DrException"><c>EtcdConfigFileUnreadable</c>, <c>EtcdConfigIncomplete</c>, and those of <see cref="NodeFiles"/>.</exception>
    public static async Task<EtcdMemberConfig> ReadAsync(INode node, string unit, CancellationToken cancellation)
    {
        var shown = await node.RunAsync(new ObservingCommand("systemctl", "show", "--property=User,Environment,EnvironmentFiles,ExecStart", unit), cancellation).ConfigureAwait(false);
        var unitLines = shown.Lines.Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2).ToLookup(parts => parts[0], parts => parts[1]);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Take(values, unitLines["Environment"].SelectMany(line => line.Split(' ')));
        foreach (var environment in unitLines["EnvironmentFiles"].Select(entry => entry.Split(' ')[0]).Where(path => path.StartsWith('/')))
        {
            Take(values, (await NodeFiles.ReadTextAsync(node, environment, cancellation).ConfigureAwait(false) ?? "").Split('\n'));
        }

        TakeFlags(values, unitLines["ExecStart"].FirstOrDefault() ?? "");
        var file = values.GetValueOrDefault(FileVariable) is { Length: > 0 } named ? named : null;
        if (file is not null)
        {
            values = Settings(node, file, await NodeFiles.ReadTextAsync(node, file, cancellation).ConfigureAwait(false) ?? throw EtcdConfigFileUnreadable(node, file, "it is not there", null));
        }

        return new EtcdMemberConfig(
            Require("ETCD_NAME"),
            unitLines["User"].FirstOrDefault() is { Length: > 0 } user ? user : Root,
            Require("ETCD_DATA_DIR").TrimEnd('/'),
            Require("ETCD_INITIAL_CLUSTER"),
            Require("ETCD_INITIAL_ADVERTISE_PEER_URLS"))
        {
            ConfigFile = file,
            WalDirectory = values.GetValueOrDefault("ETCD_WAL_DIR") is { Length: > 0 } wal ? wal : null,
        };

        string Require(string name) => values.TryGetValue(name, out var value) && value.Length > 0 ? value : throw EtcdConfigIncomplete(node, unit, file, name);
    }

    /// <summary>Refuses a member whose WAL cannot be moved together with its data.</summary>
    /// <exception cref="DrException"><c>EtcdWalElsewhere</c>.</exception>
    public void RequireWalInside(INode node, string unit)
    {
        if (WalDirectory is not null)
        {
            throw EtcdWalElsewhere(node, unit, WalDirectory);
        }
    }

    /// <summary>Refuses a member that does not go by variables, so that a start of its own cannot be given some.</summary>
    /// <exception cref="DrException"><c>EtcdConfigUnsupported</c>, <c>EtcdWalElsewhere</c>.</exception>
    public void RequireVariables(INode node, string unit)
    {
        if (ConfigFile is not null)
        {
            throw EtcdConfigUnsupported(node, unit, ConfigFile);
        }

        RequireWalInside(node, unit);
    }

    // The file's keys are the flags' names (etcd's etcd.conf.yml.sample).
    private static Dictionary<string, string> Settings(INode node, string file, string text)
    {
        try
        {
            return YamlShape.Load(text).Documents is [{ RootNode: YamlMappingNode root }]
                ? root.Children.Where(pair => pair.Value is YamlScalarNode).ToDictionary(pair => Variable(((YamlScalarNode)pair.Key).Value ?? ""), pair => ((YamlScalarNode)pair.Value).Value ?? "", StringComparer.Ordinal)
                : throw EtcdConfigFileUnreadable(node, file, "it is no mapping of settings", null);
        }
        catch (YamlException error)
        {
            // The library's own words may quote the file.
            throw EtcdConfigFileUnreadable(node, file, $"line {error.Start.Line} is not YAML", error);
        }
    }

    private static string Variable(string flag) => $"ETCD_{flag.Replace('-', '_').ToUpperInvariant()}";

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
                values[Variable(flag[0][2..])] = value ?? "";
            }
        }
    }

    private static DrException EtcdConfigUnsupported(INode node, string unit, string file) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading how {unit} starts etcd",
        $"it is configured by {file}, beside which etcd ignores the variables that a first start of its own would be given",
        "Give etcd its settings by ETCD_ variables or flags in its unit.");

    private static DrException EtcdConfigFileUnreadable(INode node, string file, string found, Exception? cause) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading etcd's configuration {file}",
        found,
        "Correct the file, or what the unit names: etcd would not start with it.",
        cause);

    private static DrException EtcdWalElsewhere(INode node, string unit, string directory) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading how {unit} starts etcd",
        $"its WAL lies in {directory} (ETCD_WAL_DIR), apart from its data; this version moves the two together only",
        "Keep the WAL in the data directory.");

    private static DrException EtcdConfigIncomplete(INode node, string unit, string? file, string name) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading how {unit} starts etcd",
        file is null ? $"neither its unit nor the files of its environment set {name}" : $"{file} does not set {name["ETCD_".Length..].Replace('_', '-').ToLowerInvariant()}",
        "Set it there: a restored member needs its name, its data directory, its peer URLs and the list of all members.");
}
