using System.Globalization;

namespace ZabbixDR.Engine.Topology;

/// <summary>Durations as the topology file writes them: a whole number of seconds, or one with a unit: 30s, 15m, 4h, 1d.</summary>
public static class DurationText
{
    // Ten years: beyond it a promise means nothing, and far below where TimeSpan ends.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);
    private static readonly (char Unit, TimeSpan Length)[] s_units =
        [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    /// <summary>Reads one; null where it is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var (unit, length) = Array.Find(s_units, known => text.EndsWith(known.Unit));
        var number = length == default ? text : text.TrimEnd(unit);
        return text.Length - number.Length <= 1
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= s_longest / (length == default ? TimeSpan.FromSeconds(1) : length)
            ? count * (length == default ? TimeSpan.FromSeconds(1) : length)
            : null;
    }

    /// <summary>Writes one, in the largest unit that gives a whole number.</summary>
    public static string Of(TimeSpan duration)
    {
        var (unit, length) = Array.Find(s_units, known => duration.Ticks % known.Length.Ticks == 0);
        return duration == TimeSpan.Zero ? "0" : string.Create(CultureInfo.InvariantCulture, $"{duration / length:0}{unit}");
    }
}
