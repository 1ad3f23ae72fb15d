using System.Text.Json;

namespace ZabbixDR.Lab;

/// <summary>The folder of one lab, and the record of what was brought up in it.</summary>
internal sealed class LabFolder(LabPlan plan)
{
    /// <summary>What lab.json says.</summary>
    /// <param name="Generation">The name of the lab's generation.</param>
    /// <param name="Etcd3Site">Where its third etcd member stands.</param>
    /// <param name="Servers">How many PostgreSQL hosts it has; 0 in the record of an older lab, which has two.</param>
    /// <param name="Tree">The root tree under all its hosts.</param>
    /// <param name="Saved">The saved state that it started from; null while one is being made.</param>
    internal sealed record Record(string Generation, string Etcd3Site, int Servers, string Tree, string? Saved)
    {
        /// <summary>What was brought up.</summary>
        public LabPlan PlanOf(string name) => new(name, ZabbixDR.Lab.Generation.Find(Generation), Etcd3Site, Math.Max(Servers, LabPlan.FewestServers));
    }

    public string Name => plan.Name;

    public string Path { get; } = LabHome.Lab(plan.Name);

    public string Operator => System.IO.Path.Combine(Path, "operator");

    public string Shared => System.IO.Path.Combine(Path, "shared");

    public string CertificateAuthority => System.IO.Path.Combine(Path, "ca");

    public string HostFolder(string host, string part) => System.IO.Path.Combine(Path, "hosts", host, part);

    /// <summary>Variables for programs started on the host: etcdctl needs no options there.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(LabHost host) => host.Role != LabPlan.EtcdRole
        ? new Dictionary<string, string>()
        : new Dictionary<string, string>
        {
            ["ETCDCTL_API"] = "3",
            ["ETCDCTL_ENDPOINTS"] = string.Join(',', plan.WithRole(LabPlan.EtcdRole).Select(member => $"https://{member.Address}:2379")),
            ["ETCDCTL_CACERT"] = "/etc/etcd/pki/ca.crt",
            ["ETCDCTL_CERT"] = "/etc/etcd/pki/root.crt",
            ["ETCDCTL_KEY"] = "/etc/etcd/pki/root.key",
        };

    public void Write(Record record)
    {
        Directory.CreateDirectory(Path);
        File.WriteAllText(RecordFile(Name), JsonSerializer.Serialize(record));
    }

    /// <summary>What stands in a lab's record; null where there is none that can be read, as after a killed up.</summary>
    public static Record? Read(string name)
    {
        try
        {
            return JsonSerializer.Deserialize<Record>(File.ReadAllText(RecordFile(name)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The names of all labs that have a folder.</summary>
    public static IReadOnlyList<string> All() => Directory.Exists(LabHome.Labs)
        ? [.. Directory.EnumerateDirectories(LabHome.Labs).Select(folder => System.IO.Path.GetFileName(folder)!).Order()]
        : [];

    private static string RecordFile(string name) => System.IO.Path.Combine(LabHome.Lab(name), "lab.json");
}
