using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Lab;

/// <summary>Waits that end, and that say what they were waiting for when they end in vain.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="what">What shall become true, for the message.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="missing">What is still missing, or null once nothing is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="LabException">It did not become true within the limit.</exception>
    public static async Task UntilAsync(
        string what, TimeSpan limit, Func<CancellationToken, Task<string?>> missing, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (await missing(cancellation) is { } reason)
        {
            if (clock.Elapsed > limit)
                throw new LabException(string.Create(CultureInfo.InvariantCulture, $"waited {limit.TotalSeconds:0} s for {what}: {reason}"));
            await Task.Delay(Pause, cancellation);
        }
    }

    /// <inheritdoc cref="UntilAsync(string, TimeSpan, Func{CancellationToken, Task{string}}, CancellationToken)"/>
    public static Task UntilAsync(string what, TimeSpan limit, Func<string?> missing, CancellationToken cancellation) =>
        UntilAsync(what, limit, _ => Task.FromResult(missing()), cancellation);
}
