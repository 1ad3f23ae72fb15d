using System.Globalization;

namespace ZabbixDR.Engine.Zabbix;

/// <summary>Zabbix's way to write a duration: a number with an optional suffix s, m, h, d or w (Zabbix manual, "Unit symbols").</summary>
internal static class ZabbixDuration
{
    /// <summary>Reads one; null where the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var unit = text.Length == 0 ? 0 : text[^1] switch
        {
            's' or >= '0' and <= '9' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            'w' => 604800,
            _ => 0,
        };
        return unit > 0 && int.TryParse(text.TrimEnd('s', 'm', 'h', 'd', 'w'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromSeconds((double)number * unit)
            : null;
    }
}
