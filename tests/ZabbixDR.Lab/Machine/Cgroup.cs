namespace ZabbixDR.Lab;

/// <summary>
/// A control group of the unified hierarchy (cgroup v2), which holds all processes of one host: whether it runs,
/// and the means to cut its power. Files as in the kernel's Documentation/admin-guide/cgroup-v2.rst.
/// </summary>
internal sealed class Cgroup(string path)
{
    private const string OwnMountPoint = "/run/zabbixdr-lab/cgroup";

    public string Path { get; } = path;

    public static Cgroup ForLab(string lab) => new($"{UnifiedMount() ?? OwnMountPoint}/zabbixdr-lab/{lab}");

    /// <summary>For whatever builds a generation's root tree.</summary>
    public static Cgroup ForBuild(Generation generation) => ForLab($".build-{generation.Name}");

    public Cgroup Child(string name) => new($"{Path}/{name}");

    public bool IsPopulated =>
        File.Exists($"{Path}/cgroup.events") && File.ReadLines($"{Path}/cgroup.events").Contains("populated 1");

    /// <summary>The processes in it and in every group below, by id.</summary>
    public IEnumerable<int> Processes()
    {
        if (!Directory.Exists(Path)) return [];
        return Directory.EnumerateFiles(Path, "cgroup.procs", SearchOption.AllDirectories)
            .SelectMany(ReadLinesIfStillThere)
            .Select(int.Parse);
    }

    public void Create() => Directory.CreateDirectory(Path);

    public void Enter() => File.WriteAllText($"{Path}/cgroup.procs", Environment.ProcessId.ToString());

    /// <summary>Leaves every group of the lab's, for the one at the top.</summary>
    public static void Leave() => new Cgroup(UnifiedMount()!).Enter();

    /// <summary>Kills every process in it at once, as a power cut does, and removes it.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(Path)) return;
        await File.WriteAllTextAsync($"{Path}/cgroup.kill", "1", cancellation);
        await Wait.UntilAsync($"the processes of {Path} gone", TimeSpan.FromSeconds(20),
            () => IsPopulated ? $"{string.Join(' ', Processes())} still there" : null, cancellation);
        foreach (var group in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories).OrderByDescending(group => group.Length))
            Directory.Delete(group);
        Directory.Delete(Path);
    }

    /// <summary>Mounts the hierarchy at a place of the lab's own where the machine has it nowhere.</summary>
    /// <returns>Whether a mount was made.</returns>
    public static async Task<bool> EnsureMountedAsync(CancellationToken cancellation)
    {
        if (UnifiedMount() is not null) return false;
        Directory.CreateDirectory(OwnMountPoint);
        await new ExternalCommand("mount", "-t", "cgroup2", "cgroup2", OwnMountPoint).RunCheckedAsync(cancellation);
        return true;
    }

    /// <summary>Removes what the last lab leaves behind: the common group, and the mount if it is the lab's own.</summary>
    public static async Task CleanUpAsync(CancellationToken cancellation)
    {
        if (UnifiedMount() is not { } mount) return;
        var common = $"{mount}/zabbixdr-lab";
        if (Directory.Exists(common))
        {
            if (Directory.EnumerateDirectories(common).Any()) return;
            Directory.Delete(common);
        }

        if (mount != OwnMountPoint) return;
        await new ExternalCommand("umount", OwnMountPoint).RunCheckedAsync(cancellation);
        Directory.Delete(OwnMountPoint);
    }

    private static string? UnifiedMount() => File.ReadLines("/proc/self/mounts")
        .Select(line => line.Split(' '))
        .FirstOrDefault(fields => fields[2] == "cgroup2")?[1];

    private static string[] ReadLinesIfStillThere(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
