using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The sudo rules under which pgBackRest can be asked and nothing more: made from the very commands that are sent.</summary>
internal static class PgBackRestRules
{
    // The packages of Debian and of PGDG for Red Hat put it there.
    private const string Program = "/usr/bin/pgbackrest";
    private const int AnyRepository = 1;
    private const string AnyFull = "full";
    private const string AnyDependent = "dependent";

    // A backup set's label (pgBackRest, src/info/infoBackup.h): its stop time and F, and for one that builds on a full backup its own and D or I.
    private static readonly string s_time = $"{Digits(8)}-{Digits(6)}";

    // pgBackRest knows the repositories 1 to 256; one character is matched, so that nothing can follow it.
    private static readonly Dictionary<string, string> s_patterns = new(StringComparer.Ordinal)
    {
        [$"--repo={AnyRepository}"] = "--repo\\=[1-9]",
        [$"--set={AnyFull}"] = $"--set\\={s_time}F",
        [$"--set={AnyDependent}"] = $"--set\\={s_time}F_{s_time}[DI]",
    };

    /// <summary>The rules.</summary>
    public static IEnumerable<SudoRule> Observing(string stanza, string user, IEnumerable<string> configFiles) =>
    [
        .. from repository in new int?[] { null, AnyRepository }
           from command in new[]
           {
               PgBackRestCommands.Info(stanza, user, repository),
               PgBackRestCommands.Info(stanza, user, repository, AnyFull),
               PgBackRestCommands.Info(stanza, user, repository, AnyDependent),
               PgBackRestCommands.Stanzas(user, repository),
           }
           select SudoRule.Of(command, Program, s_patterns),
        .. from command in configFiles.SelectMany(file => new[] { PgBackRestCommands.ReadConfiguration(user, file), PgBackRestCommands.DescribeConfiguration(user, file) })
               .Append(PgBackRestCommands.ListIncluded(user))
           select SudoRule.Of(command, $"/usr/bin/{command.Program}", s_patterns),
    ];

    private static string Digits(int count) => string.Concat(Enumerable.Repeat("[0-9]", count));
}
