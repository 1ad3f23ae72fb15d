using System.Text;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Keeps a service from being started, by a reboot, by systemd or by a person, and leaves alone what runs: an addition to the unit that asserts
/// its own absence (systemd.unit(5), AssertPathExists=). A mask would hide how the unit starts its program, which a later run must read,
/// and is refused for a unit file under /etc/systemd/system.
/// </summary>
internal static class UnitFence
{
    private static readonly FileAttributesOnNode s_readable = new(
        "root", "root", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    /// <summary>The fence of a unit.</summary>
    public static string PathFor(string unit) => $"{FolderFor(unit)}/zabbixdr-fence.conf";

    /// <summary>What a plan shows of setting it.</summary>
    public static IEnumerable<string> SetCommands(string unit) => [$"(write) {PathFor(unit)}: AssertPathExists=!{PathFor(unit)}", Reload.ToString()];

    /// <summary>What lifts it.</summary>
    public static IReadOnlyList<ChangingCommand> LiftCommands(string unit) => [new("rm", "-f", "--", PathFor(unit)) { User = "root" }, Reload];

    /// <summary>What there is of it.</summary>
    public static async Task<UnitFenceState> LookAsync(INode node, string unit, CancellationToken cancellation)
    {
        var file = NodeFiles.StatAsync(node, PathFor(unit), cancellation);
        var shown = node.RunAsync(new ObservingCommand("systemctl", "show", "--property=NeedDaemonReload", unit), cancellation);
        await Task.WhenAll(file, shown).ConfigureAwait(false);
        return new UnitFenceState(await file.ConfigureAwait(false) is not null, !(await shown.ConfigureAwait(false)).Output.Contains("NeedDaemonReload=yes", StringComparison.Ordinal));
    }

    /// <summary>Sets it, and lets systemd read it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="unit">The service.</param>
    /// <param name="run">The run that sets it.</param>
    /// <param name="why">Why, for the person who finds it: one line.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task SetAsync(IChangingNode node, string unit, string run, string why, CancellationToken cancellation)
    {
        var text = $"# Kept off by run {run} of ZabbixDR: {why}\n[Unit]\nAssertPathExists=!{PathFor(unit)}\n";
        await node.RunAsync(new ChangingCommand("install", "-d", "-m", "755", FolderFor(unit)) { User = "root" }, cancellation).ConfigureAwait(false);
        await NodeFiles.WriteAsync(node, PathFor(unit), Encoding.UTF8.GetBytes(text), s_readable, cancellation).ConfigureAwait(false);
        await node.RunAsync(Reload, cancellation).ConfigureAwait(false);
    }

    /// <summary>Lifts it, where it is there.</summary>
    public static async Task LiftAsync(IChangingNode node, string unit, CancellationToken cancellation)
    {
        foreach (var command in LiftCommands(unit))
        {
            await node.RunAsync(command, cancellation).ConfigureAwait(false);
        }
    }

    private static ChangingCommand Reload => new("systemctl", "daemon-reload") { User = "root" };

    private static string FolderFor(string unit) => $"/etc/systemd/system/{unit}.d";
}

/// <summary>What there is of a unit's fence.</summary>
/// <param name="IsThere">The file is there.</param>
/// <param name="IsRead">systemd has read the unit's files as they are now.</param>
internal sealed record UnitFenceState(bool IsThere, bool IsRead)
{
    /// <summary>It keeps the unit off.</summary>
    public bool Holds => IsThere && IsRead;

    /// <summary>It keeps nothing off any more.</summary>
    public bool IsLifted => !IsThere && IsRead;
}
