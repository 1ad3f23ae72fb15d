using System.Security.Cryptography;
using System.Text;

namespace ZabbixDR.Lab;

/// <summary>Where the labs keep what they make.</summary>
internal static class LabHome
{
    public static string Root { get; } =
        Path.GetFullPath(Environment.GetEnvironmentVariable("ZABBIXDR_LAB_HOME") ?? "/var/lib/zabbixdr-lab");

    public static string Tools => Path.Combine(Root, "tools");

    // Namespaces and cgroups are the machine's, whichever home a lab belongs to; so are the locks on them.
    private const string MachineWide = "/run/zabbixdr-lab";

    public static string Locks => Path.Combine(MachineWide, "locks");

    /// <summary>The file that says which home the running lab of a name belongs to.</summary>
    public static string OwnerFile(string lab) => Path.Combine(MachineWide, "owners", lab);

    public static string Labs => Path.Combine(Root, "labs");

    public static string Lab(string name) => Path.Combine(Labs, name);

    /// <summary>A root tree; its recipe's fingerprint is part of the path, so that a new recipe leaves running labs alone.</summary>
    public static string Tree(Generation generation) => Path.Combine(Root, "trees", generation.Name, TreeFingerprint(generation));

    /// <summary>A saved state, made on one tree from one version of the files in hosts/ and operator/.</summary>
    public static string Saved(LabPlan plan) =>
        Path.Combine(Root, "saved", $"{plan.Generation.Name}-{plan.Layout}", SavedFingerprint(plan.Generation));

    /// <summary>A file or folder of the description of hosts and operator, which lies beside this program.</summary>
    public static string Description(string path) => Path.Combine(AppContext.BaseDirectory, path);

    private static readonly string[] DescriptionFolders = ["hosts", "operator"];

    private static string TreeFingerprint(Generation generation) => Fingerprint(RootTree.Recipe(generation));

    private static string SavedFingerprint(Generation generation) => Fingerprint(
    [
        TreeFingerprint(generation),
        ClusterSetup.Revision,
        .. DescriptionFolders
            .SelectMany(folder => Directory.EnumerateFiles(Description(folder), "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .SelectMany(file => new[] { Path.GetRelativePath(AppContext.BaseDirectory, file), File.ReadAllText(file) }),
    ]);

    private static string Fingerprint(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..12];
}
