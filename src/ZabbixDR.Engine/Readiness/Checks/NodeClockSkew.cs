using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>A node's clock goes as this machine's: recovery targets are points in time.</summary>
internal sealed class NodeClockSkew(TimeSpan limit) : INodeCheck
{
    public string Id => "node.clock";

    public string Title => "The node's clock goes right";

    public async Task<ReadinessFinding> RunAsync(INode node, CancellationToken cancellation)
    {
        var clock = await NodeClock.ReadAsync(node, cancellation).ConfigureAwait(false);
        var expected = $"at most {Seconds(limit)} from this machine's";
        var actual = $"{Seconds(clock.Skew.Duration())} {(clock.Skew < TimeSpan.Zero ? "behind" : "ahead")}, ± {Seconds(clock.Uncertainty)}";
        return clock.AtLeast <= limit
            ? ReadinessFinding.Pass(node.Name, expected, actual)
            : ReadinessFinding.Fail(
                node.Name, expected, actual, $"it is {actual} of this machine's clock", "Look at chronyc tracking or timedatectl there, and here: where all nodes differ alike, it is this machine that is wrong.");
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
