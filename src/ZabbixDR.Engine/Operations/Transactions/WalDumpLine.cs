using System.Globalization;

namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>A line of what <see cref="WalDumpScript"/> prints.</summary>
internal abstract record WalDumpLine
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.ffffff";

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is no such line.</exception>
    public static WalDumpLine Read(string line)
    {
        var fields = line.Split('\t');
        return fields switch
        {
            ["P", var count] => new Progressed(Number(count)),
            ["W", var segment, var text] => new Complained(segment, text.Trim()),
            ["E", var done, var first, var newest] => new Ended(done == "1", OptionalTime(first), OptionalTime(newest)),
            ["T", ..] when fields.Length == 9 => new Found(ReadTransaction(fields)),
            _ => throw new FormatException($"'{line}' is no line of a dump."),
        };
    }

    private static DumpedTransaction ReadTransaction(string[] fields) => new()
    {
        Xid = (uint)Number(fields[1]),
        Lsn = PgLsn.Parse(fields[2]),
        Time = Time(fields[3]),
        IsPartial = fields[4] == "1",
        Lost = [.. Words(fields[5]).Select(RelationFile.Parse)],
        Made = [.. Words(fields[6]).Select(word => (RelationFile.Parse(word.TrimEnd('+')), word.EndsWith('+')))],
        // Each as tablespace/database; one with several tablespaces stands there more than once.
        Databases = [.. Words(fields[7]).Select(word => word[(word.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct(StringComparer.Ordinal)],
        Changed = [.. Words(fields[8]).Select(word => word.Split(':')).Select(part => new DumpedTransaction.Rows(RelationFile.Parse(part[0]), Number(part[1]), Number(part[2]), Number(part[3])))],
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static DateTimeOffset? OptionalTime(string text) => text.Length == 0 ? null : Time(text);

    /// <summary>So many segments are read.</summary>
    internal sealed record Progressed(long Segments) : WalDumpLine;

    /// <summary>pg_waldump could not read a segment to its end.</summary>
    internal sealed record Complained(string Segment, string Text) : WalDumpLine;

    /// <summary>A transaction.</summary>
    internal sealed record Found(DumpedTransaction Transaction) : WalDumpLine;

    /// <summary>The end: whether commits later than were asked for had come, and the first and the newest end of a transaction in what was read.</summary>
    internal sealed record Ended(bool IsBehind, DateTimeOffset? First, DateTimeOffset? Newest) : WalDumpLine;
}
