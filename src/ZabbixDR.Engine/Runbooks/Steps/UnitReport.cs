using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>What systemd says of a service, and the kernel of its main process.</summary>
/// <param name="ActiveState">systemd's word: active, activating, inactive, failed and so on.</param>
/// <param name="MainPid">The main process; 0 for none.</param>
/// <param name="IsFrozen">Whether a signal has stopped that process.</param>
internal sealed record UnitReport(string ActiveState, int MainPid, bool IsFrozen)
{
    /// <summary>It runs, or is about to.</summary>
    public bool IsUp => ActiveState is "active" or "activating" or "reloading";

    /// <summary>Nothing of it runs.</summary>
    public bool IsDown => ActiveState is "inactive" or "failed" && MainPid == 0;

    public static async Task<UnitReport> ReadAsync(INode node, string unit, CancellationToken cancellation)
    {
        var shown = await node.RunAsync(new ObservingCommand("systemctl", "show", "--property=ActiveState,MainPID", unit), cancellation).ConfigureAwait(false);
        var values = shown.Lines.Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2).ToLookup(parts => parts[0], parts => parts[1]);
        var pid = int.TryParse(values["MainPID"].FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : 0;
        return new UnitReport(values["ActiveState"].FirstOrDefault() ?? "", pid, pid > 0 && await IsFrozenAsync(node, pid, cancellation).ConfigureAwait(false));
    }

    // ps says with 1 that there is no such process.
    private static async Task<bool> IsFrozenAsync(INode node, int pid, CancellationToken cancellation)
    {
        var state = await node.RunAsync(
            new ObservingCommand("ps", "-o", "stat=", "-p", pid.ToString(CultureInfo.InvariantCulture)) { AcceptedExitCodes = [0, 1] }, cancellation).ConfigureAwait(false);
        return state.Output.StartsWith('T');
    }
}
