namespace ZabbixDR.Lab;

/// <summary>
/// The root tree that all hosts of a generation share: debootstrap, then the deployment's packages. It is built once,
/// under another name until it is whole, and never changed afterwards.
/// </summary>
internal sealed class RootTree(Generation generation, string tree, CancellationToken cancellation)
{
    // What changes in this file's own steps shall make a new tree.
    private const string Revision = "1";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private static readonly string[] Users = ["zabbixdr", "nosudo"];

    // Each host brings its own, and pgBackRest's is read from /etc/pgbackrest/.
    private static readonly string[] UnwantedFiles = ["etc/pgbackrest.conf", "usr/sbin/policy-rc.d", "etc/resolv.conf", "etc/machine-id"];

    // Enabled by their packages; a host's setup enables the one that it runs.
    private static readonly string[] RoleUnits = ["etcd", "patroni", "postgresql", "zabbix-server"];

    private string Archives => Path.Combine(LabHome.Root, "archives", generation.Name);

    /// <summary>All that a tree depends on.</summary>
    public static IEnumerable<string> Recipe(Generation generation) =>
        [Revision, generation.Name, .. Generation.BasePackages, .. generation.Packages, .. MaskedUnits()];

    public static async Task<string> EnsureAsync(Generation generation, Phases phases, CancellationToken cancellation)
    {
        var finished = LabHome.Tree(generation);
        using var held = await LabLock.TakeAsync($"tree-{generation.Name}", Limit, cancellation);
        if (Directory.Exists(finished)) return finished;

        // Whatever a killed build left running or lying about goes first; what this one starts can be found by the next.
        var group = Cgroup.ForBuild(generation);
        await group.KillAsync(cancellation);
        group.Create();
        group.Enter();
        try
        {
            var part = finished + ".part";
            await Files.RemoveAsync(part, cancellation);
            Directory.CreateDirectory(part);
            var tree = new RootTree(generation, part, cancellation);
            await phases.RunAsync($"root tree: debootstrap {generation.Name}", tree.BootstrapAsync);
            await phases.RunAsync("root tree: packages of the deployment", tree.InstallAsync);
            await phases.RunAsync("root tree: users, units", tree.PrepareAsync);
            Directory.Move(part, finished);
            return finished;
        }
        finally
        {
            Cgroup.Leave();
            await group.KillAsync(cancellation);
        }
    }

    private async Task BootstrapAsync()
    {
        Directory.CreateDirectory(Archives);
        var scripts = Path.Combine(Prerequisites.DebootstrapFolder, "scripts");
        var script = Path.Combine(scripts, generation.Name);
        if (!File.Exists(script)) script = Path.Combine(scripts, "sid");

        // It mounts /proc in the tree: in a namespace of its own, so that a killed build leaves no mount behind.
        await LoggedAsync("debootstrap", new ExternalCommand(
            "unshare", "--mount", "--", Prerequisites.Debootstrap, "--variant=minbase", $"--cache-dir={Archives}", $"--include={string.Join(',', Generation.BasePackages)}",
            generation.Name, tree, await ArchiveAsync(), script)
        {
            Variables = new Dictionary<string, string> { ["DEBOOTSTRAP_DIR"] = Prerequisites.DebootstrapFolder },
        });
    }

    private async Task InstallAsync()
    {
        File.Copy("/etc/resolv.conf", In("etc/resolv.conf"), overwrite: true);
        await File.WriteAllLinesAsync(In("etc/apt/apt.conf.d/machine"), await MachineAptSettingsAsync(), cancellation);

        // No service starts in the tree, and the PostgreSQL package makes no cluster.
        await File.WriteAllTextAsync(In("usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", cancellation);
        File.SetUnixFileMode(In("usr/sbin/policy-rc.d"), (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(In("etc/postgresql-common"));
        await File.WriteAllTextAsync(In("etc/postgresql-common/createcluster.conf"), "create_main_cluster = false\n", cancellation);

        MovePackages(Archives, In("var/cache/apt/archives"));
        try
        {
            await LoggedAsync("apt-update", InTree("apt-get", "-q", "update"));
            await LoggedAsync("apt-install", InTree(["apt-get", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-unsafe-io", "install", .. generation.Packages]));
        }
        finally
        {
            MovePackages(In("var/cache/apt/archives"), Archives);
        }
    }

    private async Task PrepareAsync()
    {
        foreach (var user in Users) await InTree("useradd", "--create-home", "--shell", "/bin/bash", user).RunCheckedAsync(cancellation);

        var units = In("etc/systemd/system");
        foreach (var unit in RoleUnits.Select(unit => unit + ".service"))
            await InTree("systemctl", "--quiet", "disable", unit).RunAsync(cancellation);
        foreach (var unit in MaskedUnits())
        {
            File.Delete(Path.Combine(units, unit));
            File.CreateSymbolicLink(Path.Combine(units, unit), "/dev/null");
        }

        File.Delete(Path.Combine(units, "default.target"));
        File.CreateSymbolicLink(Path.Combine(units, "default.target"), "/usr/lib/systemd/system/multi-user.target");
        foreach (var file in UnwantedFiles.Select(In).Concat(Directory.EnumerateFiles(In("etc/ssh"), "ssh_host_*"))) File.Delete(file);
        await File.WriteAllTextAsync(In("etc/machine-id"), "", cancellation);
    }

    private string In(string path) => Path.Combine(tree, path);

    private ExternalCommand InTree(params IReadOnlyList<string> argv) =>
        new(["unshare", "--mount", "--pid", "--fork", "--kill-child", $"--root={tree}", "--wd=/", "--mount-proc", "--", .. argv])
        {
            Variables = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive", ["LC_ALL"] = "C" },
        };

    /// <summary>Runs a long command and keeps what it said beside the tree.</summary>
    private async Task LoggedAsync(string name, ExternalCommand command)
    {
        var outcome = await (command with { Limit = Limit }).RunAsync(cancellation);
        await File.WriteAllTextAsync($"{LabHome.Tree(generation)}.{name}.log", outcome.Output + outcome.Error, cancellation);
        outcome.OrThrow();
    }

    /// <summary>The Debian archive that this machine's own apt is set up for.</summary>
    private async Task<string> ArchiveAsync()
    {
        var indexes = new ExternalCommand("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages");
        var known = await indexes.RunCheckedAsync(cancellation);
        if (known.Output.Length == 0)
        {
            await new ExternalCommand("apt-get", "-qq", "update") { Limit = Limit }.RunCheckedAsync(cancellation);
            known = await indexes.RunCheckedAsync(cancellation);
        }

        return known.Output.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(fields => fields[0] == "Debian")?[1]
            ?? throw new LabException("this machine's apt has no Debian archive among its sources, so there is none to build a root tree from");
    }

    /// <summary>How this machine's apt reaches its archive: proxies, retries, date checks.</summary>
    private async Task<IEnumerable<string>> MachineAptSettingsAsync()
    {
        string[] kinds = ["Acquire::http", "Acquire::Check", "Acquire::Retries", "Acquire::Languages"];
        var dump = await new ExternalCommand("apt-config", "dump", "Acquire").RunCheckedAsync(cancellation);
        return dump.Output.Split('\n').Where(line => kinds.Any(kind => line.StartsWith(kind, StringComparison.Ordinal)));
    }

    private static void MovePackages(string from, string to)
    {
        foreach (var package in Directory.EnumerateFiles(from, "*.deb")) File.Move(package, Path.Combine(to, Path.GetFileName(package)), overwrite: true);
    }

    private static IEnumerable<string> MaskedUnits() =>
        File.ReadLines(LabHome.Description("hosts/masked-units")).Where(line => line.Length > 0 && line[0] != '#');
}
