using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Lab;

/// <summary>
/// Makes the line between the sites slow. The usual means, the kernel's netem, is not in every kernel, so packets from
/// site to site are routed into a TUN device, and a process of ours hands each back when it is due
/// (the kernel's Documentation/networking/tuntap.rst).
/// </summary>
internal sealed class DelayLine(TwoSiteLab lab)
{
    private const string Device = "delay";
    private const string RoutingTable = "77";

    // After the rules that cut sites, so that a cut line is cut, not slow.
    private const string Preference = "200";

    private const int LargestPacket = 65536;

    private readonly Cgroup _cgroup = Cgroup.ForLab(lab.Plan.Name).Child(".delay");

    private string RecordFile => Path.Combine(lab.Folder, "delay");

    private string LogFile => Path.Combine(lab.Folder, "delay.log");

    /// <summary>How long a packet takes from site to site, each way; zero where nothing holds it up.</summary>
    public TimeSpan Current => _cgroup.IsPopulated && File.Exists(RecordFile)
        ? TimeSpan.FromMilliseconds(int.Parse(File.ReadAllText(RecordFile), CultureInfo.InvariantCulture))
        : TimeSpan.Zero;

    /// <summary>Sets it, in place of whatever was set before; zero takes it away.</summary>
    public async Task SetAsync(TimeSpan delay, CancellationToken cancellation)
    {
        await _cgroup.KillAsync(cancellation);
        File.Delete(RecordFile);
        while ((await Ip("rule", "delete", "pref", Preference).RunAsync(cancellation)).Succeeded)
        {
            // One rule goes with each turn.
        }

        if (delay <= TimeSpan.Zero) return;
        var milliseconds = delay.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        await new ExternalCommand(["setsid", "--fork", "sh", "-c", """exec "$@" </dev/null >"$LAB_LOG" 2>&1""", "sh",
            .. lab.Network.Inside([.. ThisProgram.Argv, "delay-line", milliseconds, "--name", lab.Plan.Name]).Argv])
        {
            Variables = new Dictionary<string, string> { ["LAB_LOG"] = LogFile },
        }.RunCheckedAsync(cancellation);
        await Wait.UntilAsync("the delaying process", TimeSpan.FromSeconds(15),
            () => Current > TimeSpan.Zero ? null : $"it says: {(File.Exists(LogFile) ? File.ReadAllText(LogFile) : "(nothing)")}", cancellation);
    }

    /// <summary>The process itself, inside the router's namespace; it runs until it is killed.</summary>
    public async Task RunAsync(TimeSpan delay, CancellationToken cancellation)
    {
        _cgroup.Create();
        _cgroup.Enter();
        await using var device = Native.OpenTunnel(Device);
        await Ip("link", "set", Device, "up").RunCheckedAsync(cancellation);
        await Ip("route", "add", "default", "dev", Device, "table", RoutingTable).RunCheckedAsync(cancellation);

        // A packet comes back in by another interface than the one that leads to its sender.
        foreach (var scope in new[] { "all", Device })
            await new ExternalCommand("sysctl", "-qw", $"net.ipv4.conf.{scope}.rp_filter=0").RunCheckedAsync(cancellation);
        foreach (var (from, to) in from a in lab.Plan.Sites from b in lab.Plan.Sites where a != b select (a, b))
        {
            await Ip("rule", "add", "pref", Preference, "iif", LabNetwork.BridgeOf(from), "from", LabPlan.Subnet(from), "to", LabPlan.Subnet(to), "lookup", RoutingTable)
                .RunCheckedAsync(cancellation);
        }

        await File.WriteAllTextAsync(RecordFile, delay.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture), cancellation);
        Relay(device, delay);
    }

    private static void Relay(FileStream device, TimeSpan delay)
    {
        using var waiting = new BlockingCollection<(long Due, byte[] Packet)>();
        new Thread(() => Deliver(device, waiting)) { IsBackground = true }.Start();
        var buffer = new byte[LargestPacket];
        while (true)
        {
            var length = device.Read(buffer);
            waiting.Add((Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), buffer[..length]));
        }
    }

    private static void Deliver(FileStream device, BlockingCollection<(long Due, byte[] Packet)> waiting)
    {
        foreach (var (due, packet) in waiting.GetConsumingEnumerable())
        {
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero) Thread.Sleep((int)Math.Ceiling(early.TotalMilliseconds));
            device.Write(packet);
        }
    }

    private ExternalCommand Ip(params IReadOnlyList<string> arguments) => new(["ip", "-n", lab.NetworkNamespace, .. arguments]);
}
