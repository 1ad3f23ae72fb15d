using System.Globalization;

namespace ZabbixDR;

/// <summary>A position in PostgreSQL's write-ahead log, in bytes from its beginning; written <c>1/1003B78</c> as PostgreSQL does.</summary>
/// <param name="Position">The byte position.</param>
public readonly record struct PgLsn(long Position) : IComparable<PgLsn>
{
    /// <summary>Reads PostgreSQL's form: two hexadecimal numbers of 32 bits, high and low, with a slash between.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static PgLsn Parse(string text)
    {
        var halves = text.Split('/');
        return halves.Length == 2
            && uint.TryParse(halves[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            && uint.TryParse(halves[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)
            ? new PgLsn(((long)high << 32) | low)
            : throw new FormatException($"'{text}' is no position in the write-ahead log.");
    }

    /// <summary>How many bytes lie between two positions; negative where the first is the earlier one.</summary>
    public static long operator -(PgLsn left, PgLsn right) => left.Position - right.Position;

    /// <summary>Whether the first is earlier.</summary>
    public static bool operator <(PgLsn left, PgLsn right) => left.Position < right.Position;

    /// <summary>Whether the first is later.</summary>
    public static bool operator >(PgLsn left, PgLsn right) => left.Position > right.Position;

    /// <summary>Whether the first is earlier or the same.</summary>
    public static bool operator <=(PgLsn left, PgLsn right) => left.Position <= right.Position;

    /// <summary>Whether the first is later or the same.</summary>
    public static bool operator >=(PgLsn left, PgLsn right) => left.Position >= right.Position;

    /// <summary>The method for <c>-</c>, for languages without it.</summary>
    public static long Subtract(PgLsn left, PgLsn right) => left - right;

    /// <inheritdoc/>
    public int CompareTo(PgLsn other) => Position.CompareTo(other.Position);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(ulong)Position >> 32:X}/{(uint)Position:X}");
}
