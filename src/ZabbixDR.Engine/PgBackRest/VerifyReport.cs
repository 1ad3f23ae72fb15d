using System.Globalization;
using System.Text.RegularExpressions;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// What <c>pgbackrest verify --verbose</c> logs at level detail (src/command/verify/verify.c). Its exit code is 0 always, and its status says nothing
/// of WAL that is missing: only the lines tell.
/// </summary>
internal sealed partial record VerifyReport
{
    /// <summary>The files that are not what they must be: path from the stanza's folder on, and how.</summary>
    public required IReadOnlyList<BadFile> Files { get; init; }

    /// <summary>The sets of which a manifest is missing or unusable, and whether the copy served.</summary>
    public required IReadOnlyDictionary<string, bool> Manifests { get; init; }

    /// <summary>What it says of the stanza as a whole: no usable backup.info, histories that do not match.</summary>
    public required IReadOnlyList<string> Stanza { get; init; }

    /// <summary>How many WAL segments were read.</summary>
    public required long Wal { get; init; }

    /// <summary>How many files of sets were read.</summary>
    public required long BackupFiles { get; init; }

    /// <summary>Whether it came to its end and told a status.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Has it made.</summary>
    /// <exception cref="DrException"><c>VerifyBroke</c>, those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    public static async Task<VerifyReport> MakeAsync(INode node, ObservingCommand command, CancellationToken cancellation)
    {
        var lines = new List<string>();
        var console = new BackupConsole(null, null);
        var result = await node.RunAsync(
            command,
            line =>
            {
                lines.Add(PgBackRestErrors.Printable(line));
                console.Take(line);
            },
            cancellation).ConfigureAwait(false);
        console.Finish();
        if (result.ExitCode != 0)
        {
            throw PgBackRestErrors.From(node.Name, command, result.ExitCode, console.Error ?? BackupConsole.ErrorIn(result.Error));
        }

        return Read(lines) is { IsComplete: true } report ? report : throw PgBackRestErrors.VerifyBroke(node.Name, command, result.ExitCode, console.Error ?? BackupConsole.ErrorIn(result.Error));
    }

    /// <summary>Reads the report.</summary>
    public static VerifyReport Read(IEnumerable<string> lines)
    {
        var files = new List<BadFile>();
        var manifests = new Dictionary<string, bool>(StringComparer.Ordinal);
        var stanza = new List<string>();
        var (wal, backupFiles, isComplete) = (0L, 0L, false);
        foreach (var line in lines)
        {
            var text = ConsoleLine.Read(line)?.Text ?? line.Trim();
            if (File().Match(text) is { Success: true } file)
            {
                files.Add(new BadFile(file.Groups["path"].Value, StateOf(file.Groups["how"].Value), file.Groups["why"].Success ? file.Groups["why"].Value : file.Groups["how"].Value));
            }
            else if (CopyUsed().Match(text) is { Success: true } copy)
            {
                manifests[copy.Groups[1].Value] = true;
            }
            else if (SetLine().Match(text) is { Success: true } set)
            {
                backupFiles += Count(set, "count");
                if (IsWithoutManifest(set))
                {
                    manifests[set.Groups["label"].Value] = false;
                }
            }
            else if (ArchiveLine().Match(text) is { Success: true } archive)
            {
                wal += Count(archive, "count");
            }
            else if (StanzaLine().IsMatch(text))
            {
                stanza.Add(text);
            }

            isComplete |= text.StartsWith("status: ", StringComparison.Ordinal);
        }

        return new VerifyReport { Files = files, Manifests = manifests, Stanza = stanza, Wal = wal, BackupFiles = backupFiles, IsComplete = isComplete };
    }

    // A set whose two manifests are unusable is called invalid, with no file checked at all.
    private static bool IsWithoutManifest(Match set) =>
        set.Groups["status"].Value == "manifest missing" || (set.Groups["status"].Value == "invalid" && Count(set, "count") == 0);

    private static PgBackRestFileState StateOf(string how) => how switch
    {
        "file missing" => PgBackRestFileState.Lost,
        "invalid result" => PgBackRestFileState.Unreadable,
        _ => PgBackRestFileState.Damaged,
    };

    private static long Count(Match match, string group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<how>file missing|invalid checksum|invalid size|invalid result) '?(?<path>[^':]+(?:'(?!$)[^':]*)*)'?(?:: (?<why>.*))?$")]
    private static partial Regex File();

    [GeneratedRegex("^([0-9]{8}-[0-9]{6}F(?:_[0-9]{8}-[0-9]{6}[DI])?)/backup.manifest is missing or unusable, using copy$")]
    private static partial Regex CopyUsed();

    [GeneratedRegex("^backup: (?<label>[0-9FDI_-]+), status: (?<status>valid|invalid|manifest missing|in-progress), total files checked: (?<count>[0-9]+),")]
    private static partial Regex SetLine();

    [GeneratedRegex(@"^archiveId: [0-9.]+-[0-9]+, total WAL checked: (?<count>[0-9]+),")]
    private static partial Regex ArchiveLine();

    [GeneratedRegex("^(?:No usable |archive and backup history lists do not match|backup info file and archive info file do not match)")]
    private static partial Regex StanzaLine();

    /// <summary>A file that is not what it must be.</summary>
    /// <param name="Path">Its path below <c>archive/STANZA</c> or <c>backup/STANZA</c>.</param>
    /// <param name="State">How it was found.</param>
    /// <param name="Why">What pgBackRest says of it.</param>
    internal sealed record BadFile(string Path, PgBackRestFileState State, string Why);
}
