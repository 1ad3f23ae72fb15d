using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Engine.Nodes;

/// <summary>Looks at a node itself: whether it lets us in, and what it says that it is.</summary>
public static class NodeProbe
{
    // One command, so that a slow network is crossed once. The separator is on a line of its own.
    private const string Script = "uname -n; cut -d' ' -f1 /proc/uptime; cat /etc/os-release";

    /// <summary>Looks at the node. A node that does not let us in is an answer, not an exception.</summary>
    public static async Task<DrNode> LookAsync(INode node, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var lines = (await node.RunAsync(new ObservingCommand("sh", "-c", Script), cancellation).ConfigureAwait(false)).Lines;
            return Describe(node.Definition, NodeState.Reachable, null, clock.Elapsed) with
            {
                HostName = lines[0],
                Uptime = TimeSpan.FromSeconds(double.Parse(lines[1], CultureInfo.InvariantCulture)),
                OperatingSystem = PrettyName(lines.Skip(2)),
            };
        }
        catch (DrException failure) when (failure.Kind is DrErrorKind.Unreachable or DrErrorKind.Timeout)
        {
            return Describe(node.Definition, NodeState.Unreachable, failure.Message, clock.Elapsed);
        }
        catch (DrException failure) when (failure.Kind is DrErrorKind.Authentication)
        {
            return Describe(node.Definition, NodeState.Refused, failure.Message, clock.Elapsed);
        }
    }

    private static DrNode Describe(DrTopologyNode node, NodeState state, string? reason, TimeSpan elapsed) => new()
    {
        Name = node.Name,
        Site = node.Site,
        Roles = node.Roles,
        Address = node.Address,
        State = state,
        Reason = reason,
        Elapsed = elapsed,
    };

    // os-release(5): a shell-compatible assignment, usually in double quotes.
    private static string? PrettyName(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?["PRETTY_NAME=".Length..].Trim('"', '\'');
}
