using System.Security.Cryptography;
using System.Text;

namespace ZabbixDR.Lab;

/// <summary>
/// Writes the files of hosts/common and hosts/ROLE into a host's layer before its first boot: names filled in,
/// owner and mode as the folder's manifest says.
/// </summary>
internal sealed class HostFiles(LabPlan plan, string tree, LabSecrets secrets)
{
    private const string ManifestName = "manifest";

    private const UnixFileMode OrdinaryFile = (UnixFileMode)0b110_100_100;

    private readonly Dictionary<string, uint> _users = ReadIds(Path.Combine(tree, "etc/passwd"));
    private readonly Dictionary<string, uint> _groups = ReadIds(Path.Combine(tree, "etc/group"));

    public async Task WriteAsync(LabHost host, string upper, CancellationToken cancellation)
    {
        var values = ValuesFor(host);
        foreach (var folder in new[] { "common", host.Role }.Select(name => LabHome.Description("hosts/" + name)))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                var path = Path.GetRelativePath(folder, file);
                if (path == ManifestName) continue;
                var target = Path.Combine(upper, path);
                await CreateFoldersAsync(upper, Path.GetDirectoryName(path)!, cancellation);
                await File.WriteAllTextAsync(target, Template.Fill(await File.ReadAllTextAsync(file, cancellation), values).TrimEnd() + "\n", cancellation);
                File.SetUnixFileMode(target, OrdinaryFile);
            }

            await ApplyAsync(Path.Combine(folder, ManifestName), upper, values, cancellation);
        }
    }

    /// <summary>A line of the manifest: PATH USER:GROUP MODE, the mode in octal.</summary>
    private async Task ApplyAsync(string manifest, string upper, IReadOnlyDictionary<string, string> values, CancellationToken cancellation)
    {
        foreach (var line in (await File.ReadAllLinesAsync(manifest, cancellation)).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (Template.Fill(line, values).Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var path, var owner, var mode]
                || owner.Split(':') is not [var user, var group])
            {
                throw new LabException($"{manifest}: '{line}' is not PATH USER:GROUP MODE");
            }

            if (path.EndsWith('/')) await CreateFoldersAsync(upper, path.TrimEnd('/'), cancellation);
            var target = Path.Combine(upper, path.TrimEnd('/'));
            Native.ChangeOwner(target, _users[user], _groups[group]);
            File.SetUnixFileMode(target, (UnixFileMode)Convert.ToInt32(mode, 8));
        }
    }

    /// <summary>A folder of the layer hides the tree's own owner and mode, so it takes them over.</summary>
    private async Task CreateFoldersAsync(string upper, string path, CancellationToken cancellation)
    {
        var parent = "";
        foreach (var part in path.Split('/'))
        {
            parent = Path.Combine(parent, part);
            var (own, below) = (Path.Combine(upper, parent), Path.Combine(tree, parent));
            if (Directory.Exists(own)) continue;
            Directory.CreateDirectory(own);
            if (!Directory.Exists(below)) continue;
            File.SetUnixFileMode(own, File.GetUnixFileMode(below));
            await new ExternalCommand("chown", $"--reference={below}", own).RunCheckedAsync(cancellation);
        }
    }

    // Else systemd takes the same one for all, that of the machine beneath them.
    private static string MachineId(LabHost host) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(host.Name)))[..32];

    private Dictionary<string, string> ValuesFor(LabHost host)
    {
        var etcd = plan.WithRole(LabPlan.EtcdRole).ToList();
        var described = new Dictionary<string, string>
        {
            ["name"] = host.Name,
            ["machineId"] = MachineId(host),
            ["address"] = host.Address,
            ["postgresVersion"] = $"{plan.Generation.PostgresVersion}",
            ["allHosts"] = string.Join('\n', plan.Hosts.Select(other => $"{other.Address} {other.Name}")),
            ["etcdHosts"] = string.Join(',', etcd.Select(member => $"{member.Address}:2379")),
            ["etcdInitialCluster"] = string.Join(',', etcd.Select(member => $"{member.Name}=https://{member.Address}:2380")),
            ["postgresHosts"] = string.Join(',', plan.WithRole(LabPlan.PostgresRole).Select(node => node.Address)),
        };
        return described.Concat(secrets.Shared).Concat(secrets.PerHost[host.Name]).ToDictionary();
    }

    /// <summary>Names and ids of a passwd(5) or group(5) file.</summary>
    private static Dictionary<string, uint> ReadIds(string file) => File.ReadLines(file)
        .Select(line => line.Split(':'))
        .ToDictionary(fields => fields[0], fields => uint.Parse(fields[2]));
}
