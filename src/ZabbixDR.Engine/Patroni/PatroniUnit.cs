using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>What systemd says of Patroni's unit on a node.</summary>
/// <param name="User">The user that Patroni runs as.</param>
/// <param name="ConfigFile">The file that it was told to read; null where the unit names none.</param>
public sealed record PatroniUnit(string User, string? ConfigFile)
{
    private const string UsualUser = "postgres";

    /// <summary>Asks systemd. A unit that it does not know gives the usual user and no file.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<PatroniUnit> ReadAsync(INode node, string unit, CancellationToken cancellation) =>
        Parse((await node.RunAsync(new ObservingCommand("systemctl", "show", "--property=User,ExecStart", unit), cancellation).ConfigureAwait(false)).Lines);

    /// <summary>Reads systemctl's answer: <c>ExecStart={ path=… ; argv[]=/usr/bin/patroni /etc/patroni/config.yml ; … }</c>.</summary>
    internal static PatroniUnit Parse(IEnumerable<string> lines)
    {
        var values = lines.Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2).ToLookup(parts => parts[0], parts => parts[1]);
        var arguments = values["ExecStart"].FirstOrDefault()?.Split(" ; ").FirstOrDefault(part => part.StartsWith("argv[]=", StringComparison.Ordinal))?.Split(' ') ?? [];
        var file = arguments.LastOrDefault(argument => argument.StartsWith('/') && (argument.EndsWith(".yml", StringComparison.Ordinal) || argument.EndsWith(".yaml", StringComparison.Ordinal)));
        return new PatroniUnit(values["User"].FirstOrDefault() is { Length: > 0 } user ? user : UsualUser, file);
    }
}
