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
    private const string Reload = "systemctl daemon-reload";

    // As AtomicFile writes: systemd never reads a part of it.
    private const string SetScript =
        """
        set -eu
        fence=$1 text=$2
        umask 022
        mkdir -p -- "${fence%/*}"
        printf '%s' "$text" >"$fence.part"
        sync -- "$fence.part"
        mv -fT -- "$fence.part" "$fence"
        sync -- "${fence%/*}"
        exec systemctl daemon-reload
        """;

    private const string LiftScript =
        """
        set -eu
        rm -f -- "$1" "$1.part"
        exec systemctl daemon-reload
        """;

    /// <summary>The fence of a unit.</summary>
    public static string PathFor(string unit) => $"{FolderFor(unit)}/zabbixdr-fence.conf";

    /// <summary>What a plan shows of setting it.</summary>
    public static IEnumerable<string> SetCommands(string unit) => [$"(write) {PathFor(unit)}: AssertPathExists=!{PathFor(unit)}", Reload];

    /// <summary>What a plan shows of lifting it.</summary>
    public static IEnumerable<string> LiftCommands(string unit) => [$"rm -f -- {PathFor(unit)}", Reload];

    /// <summary>What there is of it.</summary>
    public static async Task<UnitFenceState> LookAsync(INode node, string unit, CancellationToken cancellation)
    {
        // Everybody may look into the folders of systemd's files.
        var file = NodeFiles.StatAsync(node, PathFor(unit), cancellation, user: null);
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
    public static Task SetAsync(IChangingNode node, string unit, string run, string why, CancellationToken cancellation) =>
        node.RunAsync(Script($"the fence of {unit}", SetScript, PathFor(unit), $"# Kept off by run {run} of ZabbixDR: {why}\n[Unit]\nAssertPathExists=!{PathFor(unit)}\n"), cancellation);

    /// <summary>Lifts it, where it is there, and lets systemd read that.</summary>
    public static Task LiftAsync(IChangingNode node, string unit, CancellationToken cancellation) =>
        node.RunAsync(Script($"the lifting of the fence of {unit}", LiftScript, PathFor(unit)), cancellation);

    private static ChangingCommand Script(string title, string script, params string[] arguments) =>
        new("sh", ["-c", script, "zabbixdr", .. arguments]) { User = "root", Title = title };

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
