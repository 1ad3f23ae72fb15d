namespace ZabbixDR.Engine.Postgres;

/// <summary>Names of WAL segments: 24 hexadecimal digits, timeline first (xlog_internal.h, XLogFileName).</summary>
internal static class WalName
{
    private const int Digits = 24;

    /// <summary>True where a file of the archive is the segment or a later one; a history file or a backup's label is neither.</summary>
    public static bool Reaches(string? archived, string segment) => archived is { Length: Digits } && string.CompareOrdinal(archived, segment) >= 0;

    /// <summary>The segment that is archived where a file of the archive is: itself, or the one that a backup's label names; null for a history file or a part.</summary>
    public static string? SegmentOf(string? archived) =>
        archived is { Length: >= Digits } && (archived.Length == Digits || archived.EndsWith(".backup", StringComparison.Ordinal)) ? archived[..Digits] : null;
}
