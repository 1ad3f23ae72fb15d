using System.Globalization;

namespace ZabbixDR;

/// <summary>Sizes for people: tables show them so, objects carry bytes.</summary>
public static class ByteSize
{
    private const double Step = 1024;
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>A size with at most one decimal and the unit that fits: <c>12.8 MiB</c>.</summary>
    /// <param name="bytes">The size in bytes; null gives an empty text.</param>
    public static string ToText(long? bytes)
    {
        if (bytes is not { } rest)
        {
            return "";
        }

        var (value, unit) = ((double)rest, 0);
        while (Math.Round(value, 1) >= Step && unit < s_units.Length - 1)
        {
            value /= Step;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {s_units[unit]}");
    }
}
