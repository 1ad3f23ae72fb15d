namespace ZabbixDR.Lab;

/// <summary>What a management host of the deployment would have: keys, certificates, secrets and the topology file.</summary>
internal static class OperatorFolder
{
    public const string TopologyName = "zabbixdr.yaml";

    /// <summary>The host whose key differs in known_hosts.changed.</summary>
    private const string ChangedHost = "pg-siteB";

    public static async Task WriteAsync(
        LabPlan plan, LabFolder folder, LabSecrets secrets, CertificateAuthority authority, (string Private, string Public) otherHostKey, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder.Operator, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var empty in new[] { "etcd-snapshots", "zabbix-config" }) Directory.CreateDirectory(In(empty));

        LabSecrets.WritePrivate(In("id_ed25519"), secrets.Shared["operatorKey"]);
        LabSecrets.WritePrivate(In("id_wrong"), secrets.Shared["wrongKey"]);
        LabSecrets.WritePrivate(In("etcd-root-password"), secrets.Shared["etcdRootPassword"]);
        LabSecrets.WritePrivate(In("pgbackrest-cipher-pass"), secrets.Shared["cipherPass"]);

        LabSecrets.WritePair(In("etcd"), "ca", authority.Pair);
        File.Delete(In("etcd/ca.key"));
        LabSecrets.WritePair(In("etcd"), "client", authority.IssueClient("O=zabbixdr-lab, OU=operator"));
        LabSecrets.WritePair(In("etcd"), "expired", authority.IssueExpired("O=zabbixdr-lab, OU=operator"));
        LabSecrets.WritePair(In("etcd"), "root", new CertificatePair(secrets.Shared["rootCertificate"], secrets.Shared["rootKey"]));

        await File.WriteAllLinesAsync(In("known_hosts"), KnownHosts(_ => null), cancellation);
        await File.WriteAllLinesAsync(In("known_hosts.changed"), KnownHosts(host => host.Name == ChangedHost ? otherHostKey.Public : null), cancellation);
        await File.WriteAllTextAsync(In(TopologyName), Topology(plan), cancellation);

        string In(string path) => Path.Combine(folder.Operator, path);

        IEnumerable<string> KnownHosts(Func<LabHost, string?> replaced) => plan.Hosts.Select(host =>
            $"{host.Address} {string.Join(' ', (replaced(host) ?? secrets.PerHost[host.Name]["hostPublicKey"]).Split(' ')[..2])}");
    }

    private static string Topology(LabPlan plan) => Template.Fill(
        File.ReadAllText(LabHome.Description("operator/" + TopologyName)),
        new Dictionary<string, string>
        {
            ["sites"] = string.Join('\n', plan.Sites.Select(site => $"  {site}: {{}}")),
            ["etcd3Site"] = plan.Etcd3Site,
            ["otherServers"] = string.Concat(plan.WithRole(LabPlan.PostgresRole).Skip(LabPlan.FewestServers).Select(server =>
                $"\n  {server.Name}:\n    site: {server.Site}\n    address: {server.Address}\n    roles: [postgres]")),
            ["etcd3Address"] = plan.Host("etcd-3").Address,
            ["postgresVersion"] = $"{plan.Generation.PostgresVersion}",
        });
}
