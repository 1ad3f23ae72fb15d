using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The programs that look at a simulated node, and change nothing.</summary>
/// <remarks>The forms of their answers are those of NodeFilesTests and NodeUnitsTests (ZabbixDR.Engine.Lab.Tests), and of EtcdRestoreTests.</remarks>
internal static class SimulatedLooks
{
    private const string StatDirectory = "41ed\0" + "4096\0{0}\0{0}\0" + "1\0";
    private const string StatFile = "8180\0{1}\0{0}\0{0}\0" + "1\0";

    // proc_pid_stat(5): field 22 is the time at which the first process started.
    private const string FirstProcess = "1 (systemd) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 7 0";

    public static CommandResult Run(SimulatedNode node, string program, string[] arguments) => (program, arguments) switch
    {
        ("true", []) => Ok(),
        ("cat", ["/etc/os-release"]) => Ok("ID=debian\nPRETTY_NAME=\"Debian\"\n"),
        ("cat", ["--", _, _, .. var marks]) => Marks(node, marks),
        ("cat", ["--", var path]) => node.Files.Text(path) is { } text ? Ok(text) : Missing("cat", path),
        ("stat", [_, "--", var path]) => Stat(node, path),
        ("head", ["-c", _, "--", var path]) => node.Files.Text(path) is { } text ? Ok(text) : Missing("head", path),
        ("find", [var directory, "-mindepth", "1", "-maxdepth", "1", "-printf", _]) => List(node, directory.TrimEnd('/')),
        ("find", [_, "-lname", "/dev/watchdog*", "-printf", _]) => Ok(),
        ("sha256sum", ["--zero", "--", var path]) => Ok(Convert.ToHexString(SHA256.HashData(node.Files.Find(path)!.Content!)).ToLowerInvariant() + $"  {path}\0"),
        ("systemctl", ["show", "--property=ActiveState,MainPID", var unit]) => Show(node.Units[unit]),
        ("systemctl", ["show", "--property=NeedDaemonReload", var unit]) => Ok($"NeedDaemonReload={NeedsReload(node, node.Units[unit])}\n"),
        ("systemctl", ["show", "--property=NeedDaemonReload,DropInPaths", var unit]) => Ok($"NeedDaemonReload={NeedsReload(node, node.Units[unit])}\nDropInPaths={string.Join(' ', node.Units[unit].Loaded)}\n"),
        ("grep", ["-z", "-q", "^ETCD_FORCE_NEW_CLUSTER=", _]) => new(node.Units[SimulatedEtcd.Unit].IsForced ? 0 : 1, "", ""),
        ("systemctl", ["show", "--property=ActiveState,MainPID", "--", var unit]) => Ok(IsActive(node, unit) ? "ActiveState=active\nMainPID=42\n" : "ActiveState=inactive\nMainPID=0\n"),
        ("ps", ["-o", "stat=", "-p", var pid]) => Process(node, pid),
        ("dd", [var from, _, _, var skip, ..]) => Ok(Rest(node.Files.Text(from["if=".Length..]) ?? "", int.Parse(skip["skip=".Length..], CultureInfo.InvariantCulture))),
        ("tail", [_, _, _, var bytes, _, var from]) => Ok(Rest(node.Files.Text(from) ?? "", int.Parse(bytes["--bytes=+".Length..], CultureInfo.InvariantCulture) - 1)),
        (SimulatedPostgres.Bin + "/pg_controldata", ["-D", var data]) => SimulatedPostgres.Control(node, data),
        ("sh", ["-c", var script, _, var data]) when SimulatedScripts.NameOf(script) == SimulatedScripts.WhoServes => Ok(node.Deployment.Patroni.Serves(node, data) || SimulatedPostgres.OwnServer(node, data) is not null ? "42\n" : ""),
        ("sh", ["-c", var script, _, .. var paths]) when SimulatedScripts.NameOf(script) == SimulatedScripts.AreThere => Ok(string.Concat(paths.Select(path => node.Files.Has(path) ? "yes\n" : "no\n"))),
        _ => throw new UnknownToSimulationException($"the look {ShellQuoting.Quote([program, .. arguments])}"),
    };

    public static CommandResult Ok(string output = "") => new(0, output, "");

    private static CommandResult Missing(string program, string path) => new(1, "", $"{program}: {path}: No such file or directory\n");

    private static CommandResult Stat(SimulatedNode node, string path) => node.Files.Find(path) is not { } file ? Missing("stat", path)
        : Ok(string.Format(CultureInfo.InvariantCulture, file.Content is null ? StatDirectory : StatFile, file.Owner, file.Content?.Length ?? 0));

    private static CommandResult List(SimulatedNode node, string directory) => !node.Files.Has(directory) ? Missing("find", directory)
        : Ok(string.Concat(node.Files.In(directory).Select(path => $"{(node.Files.Find(path)!.Content is { } content ? $"f\0644\0{content.Length}" : "d\0755\04096")}\0root\0root\01\0{path[(directory.Length + 1)..]}\0")));

    private static string NeedsReload(SimulatedNode node, SimulatedUnit unit) => SimulatedSystemctl.Additions(node, unit).SequenceEqual(unit.Loaded) ? "no" : "yes";

    private static CommandResult Show(SimulatedUnit unit) => Ok($"ActiveState={unit.ActiveState}\nMainPID={(unit.IsActive ? unit.Pid : 0)}\n");

    private static CommandResult Process(SimulatedNode node, string pid) =>
        node.Units.Values.FirstOrDefault(unit => unit.IsActive && unit.Pid.ToString(CultureInfo.InvariantCulture) == pid) is { } unit ? Ok(unit.IsFrozen ? "Tsl\n" : "Ssl\n") : new(1, "", "");

    // Work goes on between two looks.
    private static bool IsActive(SimulatedNode node, string unit)
    {
        if (!node.Works.TryGetValue(unit, out var work))
        {
            return false;
        }

        if (work.LooksLeft-- > 0)
        {
            return true;
        }

        work.Advance(work.Phases.Count);
        return work.Serves is not null || !node.Works.Remove(unit);
    }

    private static string Rest(string text, int from) => from < text.Length ? text[from..] : "";

    private static CommandResult Marks(SimulatedNode node, string[] marks)
    {
        var found = new StringBuilder($"{node.BootId}\n{FirstProcess}\n");
        var missing = new StringBuilder();
        foreach (var mark in marks)
        {
            if (node.Files.Text(mark) is { } text)
            {
                found.Append(text);
            }
            else
            {
                missing.Append(CultureInfo.InvariantCulture, $"cat: {mark}: No such file or directory\n");
            }
        }

        return new CommandResult(missing.Length == 0 ? 0 : 1, found.ToString(), missing.ToString());
    }
}
