using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Stops a service and keeps it off: neither a reboot nor a person starts it until the fence is taken away. The fence is an addition to the
/// unit that asserts its own absence (systemd.unit(5), AssertPathExists=). A mask would hide how the unit starts etcd, which a later run
/// must read, and is refused for a unit file under /etc/systemd/system.
/// </summary>
internal sealed class FenceUnitStep : NodeStep
{
    public const string Kind = "fence-unit";

    private const string Script =
        """
        set -eu
        unit=$1 fence=$2 run=$3
        mkdir -p -- "${fence%/*}"
        printf '# Kept off by run %s of ZabbixDR: its data is of a cluster that has been left behind.\n[Unit]\nAssertPathExists=!%s\n' "$run" "$fence" >"$fence"
        sync -- "$fence" "${fence%/*}"
        systemctl daemon-reload
        systemctl stop "$unit"
        """;

    // As for StopUnitStep: systemd kills after 90 s by default.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public FenceUnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    /// <summary>The fence of a unit.</summary>
    public static string PathFor(string unit) => $"/etc/systemd/system/{unit}.d/zabbixdr-fence.conf";

    public static DrPlanStep Plan(INode node, string unit, string run, string why) => new()
    {
        Id = $"fence-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Stop {unit} and keep it off",
        Why = why,
        Commands = [$"(write) {PathFor(unit)}: AssertPathExists=!{PathFor(unit)}", "systemctl daemon-reload", $"systemctl stop {unit}"],
        Destructive = true,
        Idempotent = true,
        Proof = "The fence is there, systemd has read it, and the unit has no main process.",
        Undo = $"rm {PathFor(unit)} && systemctl daemon-reload; start it only where the new cluster is given up",
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string> { ["unit"] = unit, ["fence"] = PathFor(unit), ["run"] = run },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (await NodeFiles.StatAsync(Seen, Told("fence"), cancellation).ConfigureAwait(false) is null)
        {
            return StepLook.NotDone($"{Told("fence")} is not there");
        }

        var shown = await Seen.RunAsync(new ObservingCommand("systemctl", "show", "--property=NeedDaemonReload", Told("unit")), cancellation).ConfigureAwait(false);
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return shown.Output.Contains("NeedDaemonReload=yes", StringComparison.Ordinal)
            ? StepLook.NotDone($"systemd has not read {Told("fence")}")
            : new StepLook(report.IsDown, $"{Told("unit")} is fenced and {report.ActiveState}");
    }

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Changed.RunAsync(
        AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("fence"), Told("run")) with { Title = Step.What, TimeLimit = s_limit },
        cancellation);
}
