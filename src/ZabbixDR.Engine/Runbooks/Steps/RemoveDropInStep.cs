using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Takes the run's own additions out of etcd's unit again; where the flag was among them, the process is replaced.</summary>
internal sealed class RemoveDropInStep : NodeStep
{
    public const string Kind = "remove-drop-in";
    private const string Flag = "ETCD_FORCE_NEW_CLUSTER";

    public RemoveDropInStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    private bool Restarts => Told("restart") == bool.TrueString;

    public static DrPlanStep Unflag(MemberToRejoin member, TimeSpan limit) => Plan(member, restart: true, limit) with
    {
        Id = $"unflag-{member.Node.Name}",
        What = $"Take the flag out and restart {member.Unit}",
        Why = "With the flag, each start would drop all other members once more.",
        Proof = $"The file is gone, and the environment of the running process has no {Flag} (/proc/PID/environ).",
        Undo = "Nothing to be undone.",
    };

    public static DrPlanStep Tidy(MemberToRejoin member) => Plan(member, restart: false, TimeSpan.FromMinutes(1)) with
    {
        Id = $"tidy-{member.Node.Name}",
        What = "Delete the settings of the first start",
        Why = "With data in place, etcd ignores the initial cluster; its own configuration is as it was.",
        Proof = "The files are gone, and systemd has read its units since.",
        Undo = "Nothing to be undone.",
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        foreach (var path in Told("files").Split('\n'))
        {
            if (await NodeFiles.StatAsync(Seen, path, cancellation).ConfigureAwait(false) is not null)
            {
                return StepLook.NotDone($"{path} is there");
            }
        }

        var unit = await Seen.RunAsync(new ObservingCommand("systemctl", "show", "--property=NeedDaemonReload,DropInPaths", Told("unit")), cancellation).ConfigureAwait(false);
        if (unit.Output.Contains("NeedDaemonReload=yes", StringComparison.Ordinal) || unit.Output.Contains(Told("files").Split('\n')[0], StringComparison.Ordinal))
        {
            return StepLook.NotDone("systemd has not read its units since");
        }

        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        if (!Restarts || report is not { ActiveState: "active", MainPid: > 0 })
        {
            return new StepLook(!Restarts, $"{Told("unit")} is {report.ActiveState}");
        }

        var environment = $"/proc/{report.MainPid.ToString(CultureInfo.InvariantCulture)}/environ";
        var found = await Seen.RunAsync(new ObservingCommand("grep", "-z", "-q", $"^{Flag}=", environment) { User = "root", AcceptedExitCodes = [0, 1] }, cancellation).ConfigureAwait(false);
        return new StepLook(found.ExitCode == 1, $"{environment} has {(found.ExitCode == 1 ? "no " : "")}{Flag}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await Changed.RunAsync(Remove(Told("files").Split('\n')), cancellation).ConfigureAwait(false);
        await Changed.RunAsync(AsRoot("systemctl", "daemon-reload"), cancellation).ConfigureAwait(false);
        if (Restarts)
        {
            await Changed.RunAsync(Restart(Told("unit")) with { TimeLimit = Step.TimeLimit }, cancellation).ConfigureAwait(false);
        }
    }

    private static DrPlanStep Plan(MemberToRejoin member, bool restart, TimeSpan limit) => new()
    {
        Id = "",
        Kind = Kind,
        Node = member.Node.Name,
        What = "",
        Why = "",
        Commands = [Remove([member.DropIn, member.Variables]).ToString(), "systemctl daemon-reload", .. restart ? [Restart(member.Unit).ToString()] : Array.Empty<string>()],
        Idempotent = true,
        Proof = "",
        Undo = "",
        TimeLimit = limit,
        Arguments = new Dictionary<string, string> { ["unit"] = member.Unit, ["files"] = $"{member.DropIn}\n{member.Variables}", ["restart"] = restart.ToString() },
    };

    private static ChangingCommand Remove(string[] files) => AsRoot("rm", ["-f", "--", .. files]);

    private static ChangingCommand Restart(string unit) => AsRoot("systemctl", "restart", unit);
}
