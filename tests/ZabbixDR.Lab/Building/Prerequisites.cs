using System.Globalization;

namespace ZabbixDR.Lab;

/// <summary>What the lab needs of this machine, fetched where it is missing: installed, or only unpacked where that is enough.</summary>
internal static class Prerequisites
{
    private static readonly (string Program, string Package, string Reason)[] Installed =
    [
        ("ip", "iproute2", "makes the lab's network"),
        ("sysctl", "procps", "lets its router forward"),
        ("nsenter", "util-linux", "enters its namespaces"),
        ("ssh-keygen", "openssh-client", "makes the hosts' and the operator's keys"),
    ];

    private static readonly (string Program, string Package, string Reason)[] InstalledForS3 =
    [
        ("node", "nodejs", "runs the S3 server"),
        ("npm", "npm", "fetches the S3 server"),
    ];

    private const string S3Package = "s3rver@3.7.1";

    private static readonly string[] UnpackedPackages = ["debootstrap", "systemd-container", "libsystemd-shared"];

    // A host's systemd and its services hold about five; the kernel's 128 are enough for three labs, and a systemd that gets none
    // ends without a word. The setting stays until the next boot: another lab may live by it.
    private const string InotifyInstances = "/proc/sys/fs/inotify/max_user_instances";
    private const int InotifyInstancesNeeded = 1024;

    private static readonly TimeSpan AptLimit = TimeSpan.FromMinutes(5);

    private static string Unpacked => Path.Combine(LabHome.Tools, "root");

    public static string Nspawn => FindOnPath("systemd-nspawn") ?? Path.Combine(Unpacked, "usr/bin/systemd-nspawn");

    /// <summary>An unpacked systemd-nspawn needs the library that was unpacked with it.</summary>
    public static IReadOnlyDictionary<string, string> NspawnVariables => FindOnPath("systemd-nspawn") is not null
        ? new Dictionary<string, string>()
        : new Dictionary<string, string>
        {
            ["LD_LIBRARY_PATH"] = $"{Unpacked}/usr/lib/x86_64-linux-gnu/systemd:{Unpacked}/lib/x86_64-linux-gnu/systemd",
        };

    public static string Debootstrap => FindOnPath("debootstrap") ?? Path.Combine(Unpacked, "usr/sbin/debootstrap");

    public static string DebootstrapFolder => FindOnPath("debootstrap") is null ? Path.Combine(Unpacked, "usr/share/debootstrap") : "/usr/share/debootstrap";

    /// <summary>The S3 server's script, for node.</summary>
    public static string S3Server => Path.Combine(LabHome.Tools, "s3rver", "node_modules", "s3rver", "bin", "s3rver.js");

    /// <summary>What only labs with an object store need.</summary>
    public static async Task EnsureS3Async(Phases phases, CancellationToken cancellation)
    {
        using var held = await LabLock.TakeAsync("prerequisites", AptLimit, cancellation);
        await InstallAsync(InstalledForS3, phases, cancellation);
        if (File.Exists(S3Server)) return;
        var folder = Path.Combine(LabHome.Tools, "s3rver");
        await phases.RunAsync($"fetching {S3Package} from npm", async () =>
        {
            // Whole or not there: npm that is killed half-way leaves the script without what it needs.
            var part = folder + ".part";
            await Files.RemoveAsync(part, cancellation);
            await Files.RemoveAsync(folder, cancellation);
            Directory.CreateDirectory(part);
            await new ExternalCommand("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", part, S3Package) { Limit = AptLimit, WorkingDirectory = part }.RunCheckedAsync(cancellation);
            Directory.Move(part, folder);
        });
    }

    public static async Task EnsureAsync(Phases phases, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess) throw new LabException("the lab makes namespaces, mounts and cgroups: run it as root");
        await Cgroup.EnsureMountedAsync(cancellation);
        using var held = await LabLock.TakeAsync("prerequisites", AptLimit, cancellation);
        await InstallAsync(Installed, phases, cancellation);
        if (int.Parse(await File.ReadAllTextAsync(InotifyInstances, cancellation), CultureInfo.InvariantCulture) < InotifyInstancesNeeded)
        {
            await phases.RunAsync($"raising fs.inotify.max_user_instances to {InotifyInstancesNeeded}, for the systemd of each host", () =>
                File.WriteAllTextAsync(InotifyInstances, $"{InotifyInstancesNeeded}\n", cancellation));
        }

        if (File.Exists(Nspawn) && File.Exists(Debootstrap)) return;
        await phases.RunAsync("unpacking debootstrap and systemd-nspawn (not installed)", () => UnpackAsync(cancellation));
    }

    private static async Task InstallAsync(IEnumerable<(string Program, string Package, string Reason)> programs, Phases phases, CancellationToken cancellation)
    {
        foreach (var (program, package, reason) in programs.Where(needed => FindOnPath(needed.Program) is null))
        {
            await phases.RunAsync($"installing {package}, which {reason}", () =>
                AptAsync(cancellation, "apt-get", "-qq", "-y", "--no-install-recommends", "install", package));
        }
    }

    private static async Task UnpackAsync(CancellationToken cancellation)
    {
        var packages = Path.Combine(LabHome.Tools, "packages");
        await Files.RemoveAsync(LabHome.Tools, cancellation);
        Directory.CreateDirectory(packages);
        Directory.CreateDirectory(Unpacked);
        await AptAsync(cancellation, ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", .. UnpackedPackages]);
        foreach (var package in Directory.EnumerateFiles(packages, "*.deb"))
            await new ExternalCommand("dpkg-deb", "--extract", package, Unpacked).RunCheckedAsync(cancellation);
    }

    /// <summary>Runs apt, and once more after an update: a new machine has no package lists.</summary>
    private static async Task AptAsync(CancellationToken cancellation, params IReadOnlyList<string> argv)
    {
        var packages = Path.Combine(LabHome.Tools, "packages");
        var apt = new ExternalCommand(argv)
        {
            Limit = AptLimit,
            WorkingDirectory = Directory.Exists(packages) ? packages : null,
            Variables = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
        if ((await apt.RunAsync(cancellation)).Succeeded) return;
        await new ExternalCommand("apt-get", "-qq", "update") { Limit = AptLimit }.RunCheckedAsync(cancellation);
        await apt.RunCheckedAsync(cancellation);
    }

    public static string? FindOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
