using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The sudo rules under which pgBackRest can be asked and nothing more: made from the very commands that are sent.</summary>
internal static class PgBackRestRules
{
    // The packages of Debian and of PGDG for Red Hat put it there.
    private const string Program = "/usr/bin/pgbackrest";
    private const string Shell = "/usr/bin/sh";
    private const int AnyRepository = 1;
    private const string AnyFull = "full";
    private const string AnyDependent = "dependent";

    // A backup set's label (pgBackRest, src/info/infoBackup.h): its stop time and F, and for one that builds on a full backup its own and D or I.
    private static readonly string s_time = $"{Digits(8)}-{Digits(6)}";

    private const string AnyArchive = "archive";
    private const int AnyTimeline = 1;
    private static readonly string s_anySegment = new('0', 24);

    // pgBackRest knows the repositories 1 to 256; one character is matched, so that nothing can follow it.
    private static readonly Dictionary<string, string> s_patterns = new(StringComparer.Ordinal)
    {
        [$"--repo={AnyRepository}"] = "--repo\\=[1-9]",
        [$"--set={AnyFull}"] = $"--set\\={s_time}F",
        [$"--set={AnyDependent}"] = $"--set\\={s_time}F_{s_time}[DI]",
        [AnyFull] = $"{s_time}F",
        [AnyDependent] = $"{s_time}F_{s_time}[DI]",
        [$"{AnyRepository}"] = "[1-9]",
        [s_anySegment] = Hexadecimal(24),
    };

    // An archive's folder is PostgreSQL's version and the database's number in the stanza's history: 9.6-1, 17-1, 17-12.
    private static readonly string[] s_archives = [$"{Digits(2)}-[0-9]", $"{Digits(2)}-{Digits(2)}", $"[0-9].[0-9]-[0-9]"];

    /// <summary>The rules.</summary>
    public static IEnumerable<SudoRule> Observing(PgBackRestCommands commands, IEnumerable<string> configFiles) =>
    [
        .. from repository in new int?[] { null, AnyRepository }
           from command in new[]
           {
               commands.Info(repository),
               commands.Info(repository, AnyFull),
               commands.Info(repository, AnyDependent),
               commands.InfoOfAll(repository),
               commands.Stanzas(repository),
           }
           select SudoRule.Of(command, Program, s_patterns),
        .. new[]
        {
            commands.ListArchive(AnyRepository, TimeSpan.Zero),
            commands.ListManifests(AnyRepository, TimeSpan.Zero),
            commands.Verify(AnyRepository, TimeSpan.Zero),
        }.Select(command => SudoRule.Of(command, Program, s_patterns)),
        .. s_archives.Select(archive => SudoRule.Of(commands.ReadHistory(AnyRepository, AnyArchive, AnyTimeline), Program, With(commands, archive))),
        .. new[] { AnyFull, AnyDependent }.Select(label => SudoRule.Of(commands.ReadSetLine(AnyRepository, label), Shell, s_patterns)),
        SudoRule.Of(commands.ReadSegment(AnyRepository, s_anySegment, TimeSpan.Zero), Shell, s_patterns),
        .. configFiles.SelectMany(file => new[] { commands.ReadConfiguration(file), commands.DescribeConfiguration(file) })
            .Append(commands.ListIncluded())
            .Select(command => SudoRule.Of(command, $"/usr/bin/{command.Program}", s_patterns)),
    ];

    private static Dictionary<string, string> With(PgBackRestCommands commands, string archive) => new(s_patterns, StringComparer.Ordinal)
    {
        [commands.ReadHistory(AnyRepository, AnyArchive, AnyTimeline).Arguments[^1]] = $"archive/{SudoRule.Escape(commands.Stanza)}/{archive}/{Hexadecimal(8)}.history",
    };

    private static string Digits(int count) => string.Concat(Enumerable.Repeat("[0-9]", count));

    private static string Hexadecimal(int count) => string.Concat(Enumerable.Repeat("[0-9A-F]", count));
}
