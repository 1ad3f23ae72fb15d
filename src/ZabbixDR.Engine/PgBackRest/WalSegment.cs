using System.Globalization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>One file of PostgreSQL's write-ahead log (XLogFileName in src/include/access/xlog_internal.h).</summary>
/// <param name="Timeline">The timeline that it was written on.</param>
/// <param name="Number">Its number: the position at which it begins, divided by the size of a segment.</param>
internal readonly record struct WalSegment(int Timeline, long Number) : IComparable<WalSegment>
{
    /// <summary>The length of a name: three numbers of eight hexadecimal digits.</summary>
    public const int NameLength = 24;

    /// <summary>The length of the name of the folder in which pgBackRest archives a segment: the first two of them.</summary>
    public const int FolderLength = 16;

    /// <summary>The size that initdb takes where none is given.</summary>
    public const long DefaultSize = 16 * 1024 * 1024;

    private const long SmallestSize = 1024 * 1024;
    private const long LargestSize = 1024 * 1024 * 1024;
    private const int Digits = 8;

    // The second number of a name counts what 32 bits can address.
    private const long High = 1L << 32;

    /// <summary>Reads a name; null where it is none, or none of segments of that size.</summary>
    public static WalSegment? Parse(ReadOnlySpan<char> name, long size) =>
        name.Length == NameLength && Read(name[..Digits]) is { } timeline and > 0 && Read(name[Digits..(2 * Digits)]) is { } high
        && Read(name[(2 * Digits)..]) is { } low && low < High / size && timeline <= int.MaxValue
            ? new WalSegment((int)timeline, (high * (High / size)) + low)
            : null;

    /// <summary>Its name.</summary>
    public string Name(long size) => string.Create(CultureInfo.InvariantCulture, $"{Timeline:X8}{Number / (High / size):X8}{Number % (High / size):X8}");

    /// <summary>The size of segments, from where a set began: position and name are two ways to say the same. Null where it can be more than one.</summary>
    public static long? SizeFrom(string segment, PgLsn within)
    {
        var fitting = new List<long>();
        for (var size = SmallestSize; size <= LargestSize; size *= 2)
        {
            if (Parse(segment, size) is { } parsed && parsed.Number == within.Position / size)
            {
                fitting.Add(size);
            }
        }

        return fitting is [var only] ? only : null;
    }

    public int CompareTo(WalSegment other) => (Timeline, Number).CompareTo((other.Timeline, other.Number));

    private static long? Read(ReadOnlySpan<char> digits) =>
        uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;
}
