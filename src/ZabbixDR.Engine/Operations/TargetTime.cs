using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Operations;

/// <summary>Reads a moment as it was typed. One without an offset means a moment only together with a time zone.</summary>
public static partial class TargetTime
{
    private static readonly string[] s_formats =
        [.. from date in new[] { "yyyy-MM-dd" }
            from separator in new[] { "'T'", "' '" }
            from time in new[] { "HH:mm:ss.FFFFFFF", "HH:mm:ss", "HH:mm" }
            select $"{date}{separator}{time}"];

    /// <summary>Reads it.</summary>
    /// <param name="text">Year, month, day and time as in <c>2026-03-14 02:45:12.5</c>, with an offset (<c>+00</c>, <c>+01:00</c>, <c>Z</c>) or without.</param>
    /// <param name="timeZone">The zone that holds where it has none: an IANA name such as Europe/Berlin; null for none.</param>
    /// <exception cref="DrException"><c>TargetTimeUnreadable</c>, <c>TargetTimeWithoutOffset</c>, <c>TimeZoneUnknown</c>, <c>TargetTimeAmbiguous</c>.</exception>
    public static DateTimeOffset Parse(string text, string? timeZone)
    {
        var match = Form().Match(text.Trim());
        if (!match.Success || !DateTime.TryParseExact(match.Groups["time"].Value, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            throw TargetTimeUnreadable(text);
        }

        return match.Groups["offset"] is { Success: true } offset
            ? new DateTimeOffset(time, Offset(text, offset.Value)).ToUniversalTime()
            : Within(text, time, timeZone ?? throw TargetTimeWithoutOffset(text));
    }

    private static TimeSpan Offset(string text, string offset)
    {
        if (offset == "Z")
        {
            return TimeSpan.Zero;
        }

        var digits = offset[1..].Replace(":", "", StringComparison.Ordinal).PadRight(4, '0');
        var length = new TimeSpan(int.Parse(digits.AsSpan(0, 2), CultureInfo.InvariantCulture), int.Parse(digits.AsSpan(2, 2), CultureInfo.InvariantCulture), 0);
        return length <= TimeSpan.FromHours(14) && digits[2] < '6' ? offset[0] == '-' ? -length : length : throw TargetTimeUnreadable(text);
    }

    private static DateTimeOffset Within(string text, DateTime time, string timeZone)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            throw TimeZoneUnknown(timeZone);
        }

        return zone.IsAmbiguousTime(time) ? throw TargetTimeAmbiguous(text, timeZone, "is there twice, when the clocks are put back")
            : zone.IsInvalidTime(time) ? throw TargetTimeAmbiguous(text, timeZone, "is not there, the clocks being put forward over it")
            : new DateTimeOffset(time, zone.GetUtcOffset(time)).ToUniversalTime();
    }

    private static DrException TargetTimeUnreadable(string text) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading the time '{text}'",
        "it is no such time",
        "Write year, month, day and time, with the offset: 2026-03-14 02:45:12+00, or 2026-03-14T03:45:12.5+01:00.");

    private static DrException TargetTimeWithoutOffset(string text) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading the time '{text}'",
        "it has no offset, so it could be meant in any time zone",
        "Add the offset (+00 for UTC), or say with -TimeZone in which zone it is meant: -TimeZone Europe/Berlin.");

    private static DrException TimeZoneUnknown(string timeZone) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Looking for the time zone '{timeZone}'",
        "this machine knows none of that name",
        "Give a name such as UTC or Europe/Berlin, or the time with its offset.");

    private static DrException TargetTimeAmbiguous(string text, string timeZone, string why) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading the time '{text}' in {timeZone}",
        $"it {why}",
        "Give the time with its offset.");

    [GeneratedRegex(@"^(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?) ?(?<offset>Z|[+-]\d\d(?::?\d\d)?)?$")]
    private static partial Regex Form();
}
