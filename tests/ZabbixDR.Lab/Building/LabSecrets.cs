using System.Security.Cryptography;

namespace ZabbixDR.Lab;

/// <summary>What is made once for a saved state: passwords, certificates and SSH keys, by the names that the files in hosts/ use.</summary>
internal sealed class LabSecrets
{
    private LabSecrets(IReadOnlyDictionary<string, string> shared, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> perHost) =>
        (Shared, PerHost) = (shared, perHost);

    /// <summary>The same on every host.</summary>
    public IReadOnlyDictionary<string, string> Shared { get; }

    /// <summary>A host's own, by its name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> PerHost { get; }

    /// <summary>Makes them all, and writes the operator's and the authority's part into the lab's folder.</summary>
    public static async Task<LabSecrets> CreateAsync(LabPlan plan, LabFolder folder, CancellationToken cancellation)
    {
        using var authority = new CertificateAuthority();
        var rootCertificate = authority.IssueClient("CN=root");
        var operatorKey = await CreateSshKeyAsync("zabbixdr@lab", cancellation);
        var shared = new Dictionary<string, string>
        {
            ["caCertificate"] = authority.Pair.Certificate,
            ["rootCertificate"] = rootCertificate.Certificate,
            ["rootKey"] = rootCertificate.Key,
            ["operatorKey"] = operatorKey.Private,
            ["operatorPublicKey"] = operatorKey.Public,
            ["wrongKey"] = (await CreateSshKeyAsync("stranger@lab", cancellation)).Private,
            ["etcdRootPassword"] = NewPassword(),
            ["cipherPass"] = NewPassword(),
            ["postgresPassword"] = NewPassword(),
            ["replicationPassword"] = NewPassword(),
            ["rewindPassword"] = NewPassword(),
            ["zabbixPassword"] = NewPassword(),
        };

        var perHost = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var host in plan.Hosts)
        {
            var key = await CreateSshKeyAsync($"root@{host.Name}", cancellation);
            var server = authority.IssueServer(host.Name, host.Address);
            var patroni = authority.IssueClient($"O=zabbixdr-lab, OU={host.Name}");
            perHost[host.Name] = new Dictionary<string, string>
            {
                ["hostKey"] = key.Private,
                ["hostPublicKey"] = key.Public,
                ["serverCertificate"] = server.Certificate,
                ["serverKey"] = server.Key,
                ["patroniCertificate"] = patroni.Certificate,
                ["patroniKey"] = patroni.Key,
            };
        }

        var secrets = new LabSecrets(shared, perHost);
        WritePair(folder.CertificateAuthority, "ca", authority.Pair);
        await OperatorFolder.WriteAsync(plan, folder, secrets, authority, await CreateSshKeyAsync("changed@lab", cancellation), cancellation);
        return secrets;
    }

    public static void WritePair(string folder, string name, CertificatePair pair)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".crt"), pair.Certificate);
        WritePrivate(Path.Combine(folder, name + ".key"), pair.Key);
    }

    public static void WritePrivate(string file, string text)
    {
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string NewPassword() => RandomNumberGenerator.GetHexString(24, lowercase: true);

    private static async Task<(string Private, string Public)> CreateSshKeyAsync(string comment, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("zabbixdr-lab-");
        try
        {
            var file = Path.Combine(folder.FullName, "key");
            await new ExternalCommand("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file).RunCheckedAsync(cancellation);
            return (await File.ReadAllTextAsync(file, cancellation), (await File.ReadAllTextAsync(file + ".pub", cancellation)).Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
