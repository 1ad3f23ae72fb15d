using System.Globalization;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Finds one value in what a member tells of itself at /metrics (Prometheus' text format, prometheus.io, Exposition formats).</summary>
internal static class MetricsReader
{
    /// <summary>A gauge without labels; null where there is none of that name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<long?> FindAsync(TextReader text, string name, CancellationToken cancellation)
    {
        while (await text.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            // 2.147483648e+09: Go prints every value as a float.
            if (line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..] is [' ', .. var value]
                && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < long.MaxValue)
            {
                return (long)number;
            }
        }

        return null;
    }
}
