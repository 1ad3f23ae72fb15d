using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What pgBackRest's <c>expire</c> says that it removes, or with <c>--dry-run</c> would remove (src/command/expire/expire.c).</summary>
/// <param name="Sets">The sets, each with the number of its repository.</param>
/// <param name="Wal">The spans of WAL, as a person reads them.</param>
internal sealed partial record ExpireReport(IReadOnlyList<(int Repository, string Label)> Sets, IReadOnlyList<string> Wal)
{
    /// <summary>Reads the lines that it logged at level info.</summary>
    public static ExpireReport Read(IEnumerable<string> lines)
    {
        var sets = new List<(int, string)>();
        var wal = new List<string>();
        foreach (var text in lines.Select(ConsoleLine.Read).OfType<ConsoleLine>().Select(line => line.Text))
        {
            if (Expired().Match(text) is { Success: true } set)
            {
                sets.AddRange(set.Groups["labels"].Value.Split(", ").Select(label => (Number(set), label)));
            }
            else if (Removed().Match(text) is { Success: true } span)
            {
                wal.Add($"WAL {span.Groups["start"].Value} to {span.Groups["stop"].Value} of {span.Groups["archive"].Value} in repository {Number(span)}");
            }
        }

        return new ExpireReport([.. sets.OrderBy(set => set)], wal);
    }

    private static int Number(Match match) => int.Parse(match.Groups["repo"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    // "expire full backup set A, B", "expire diff backup A", "expire time-based backup …", "expire adhoc backup …". A dry run says so before it.
    [GeneratedRegex(@"repo(?<repo>\d{1,3}): expire [a-z-]+ backup (?:set )?(?<labels>\d{8}-\d{6}F\S*(?:, \S+)*)$")]
    private static partial Regex Expired();

    [GeneratedRegex(@"repo(?<repo>\d{1,3}): (?<archive>\S+) remove archive, start = (?<start>[0-9A-F]+), stop = (?<stop>[0-9A-F]+)$")]
    private static partial Regex Removed();
}
