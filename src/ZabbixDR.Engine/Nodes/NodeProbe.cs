using System.Diagnostics;
using System.Globalization;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Nodes;

/// <summary>Looks at a node itself: whether it lets us in, and what it says that it is.</summary>
public static class NodeProbe
{
    // One command, so that a slow network is crossed once. The age of process 1 is the node's: /proc/uptime alone would be that of
    // the machine beneath a container.
    private const string Script = "uname -n; cut -d' ' -f1 /proc/uptime; sed 's/.*) //' /proc/1/stat; cat /etc/os-release";

    // proc_pid_stat(5): starttime is field 22 in clock ticks, of which the kernel gives programs 100 a second; the third field is
    // the first after the name.
    private const int StartTimeField = 22 - 3;
    private const double TicksPerSecond = 100;

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
                Uptime = TimeSpan.FromSeconds(Math.Floor(Number(lines[1]) - (Number(lines[2].Split(' ')[StartTimeField]) / TicksPerSecond))),
                OperatingSystem = OsRelease.Parse(lines.Skip(3)).PrettyName,
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

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
