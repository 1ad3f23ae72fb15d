using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Engine.Nodes;

/// <summary>How far a node's clock is from this machine's.</summary>
/// <param name="Skew">How far it goes ahead; less than zero where it is behind.</param>
/// <param name="Uncertainty">How far off that may be, to either side: half of the time that the answer took.</param>
public sealed record NodeClock(TimeSpan Skew, TimeSpan Uncertainty)
{
    /// <summary>The least that the two clocks differ.</summary>
    public TimeSpan AtLeast => Skew.Duration() > Uncertainty ? Skew.Duration() - Uncertainty : TimeSpan.Zero;

    /// <summary>Asks the node for its time.</summary>
    /// <exception cref="DrException"><c>ClockUnreadable</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<NodeClock> ReadAsync(INode node, CancellationToken cancellation)
    {
        var asked = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        var answer = (await node.RunAsync(new ObservingCommand("date", "+%s.%N"), cancellation).ConfigureAwait(false)).Output.Trim();
        var half = watch.Elapsed / 2;
        return decimal.TryParse(answer, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? new NodeClock(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) - (asked + half), half)
            : throw ClockUnreadable(node, answer);
    }

    private static DrException ClockUnreadable(INode node, string answer) => DrException.Of(
        DrErrorKind.InvalidData,
        node.Name,
        "Reading the clock",
        $"date printed '{answer}'",
        "Look whether date there is that of GNU coreutils.");
}
