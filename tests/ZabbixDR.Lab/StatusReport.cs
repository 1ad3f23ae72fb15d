namespace ZabbixDR.Lab;

/// <summary>What status prints.</summary>
internal static class StatusReport
{
    /// <returns>0 where the lab is healthy, 1 where something is missing, 2 where there is no such lab.</returns>
    public static async Task<int> WriteAsync(string name, CancellationToken cancellation)
    {
        var others = LabFolder.All().Where(lab => lab != name).ToList();
        if (others.Count > 0) Console.WriteLine($"Other labs: {string.Join(", ", others)}");
        if (LabFolder.Read(name) is not { } record)
        {
            Console.WriteLine($"Lab {name} is not up.");
            return 2;
        }

        var lab = TwoSiteLab.Open(name);
        Console.WriteLine($"Lab {name}: {record.Generation}, etcd-3 at site {record.Etcd3Site}, {lab.Plan.Servers} PostgreSQL hosts, topology {lab.TopologyFile}");
        var leader = await lab.Health.LeaderAsync(cancellation);
        var zabbix = leader is null ? new Dictionary<string, string>() : await lab.Health.ZabbixNodesAsync(leader, cancellation);
        foreach (var host in lab.Hosts.OrderBy(host => host.Site).ThenBy(host => host.Name))
        {
            var machine = lab.Machine(host.Name);
            var state = !machine.IsRunning ? "off" : machine.IsHung ? "sshd hung" : "on";
            var service = machine.IsRunning ? await ServiceAsync(lab, host, zabbix, cancellation) : "";
            Console.WriteLine($"  {host.Site}  {host.Name,-10} {host.Address,-11} {state,-10} {service}");
        }

        foreach (var (from, to) in await lab.Network.CutsAsync(cancellation)) Console.WriteLine($"  cut: {from} -> {to}");
        if (lab.DelayLine.Current > TimeSpan.Zero) Console.WriteLine($"  delay between sites: {lab.DelayLine.Current.TotalMilliseconds} ms each way");
        if (lab.ObjectStore.IsRunning) Console.WriteLine($"  S3 server: https://{LabS3.Host}:{LabS3.Port}");
        var missing = await lab.Health.MissingAsync(cancellation);
        Console.WriteLine(missing is null ? "Healthy." : $"Not healthy: {missing}");
        return missing is null ? 0 : 1;
    }

    private static async Task<string> ServiceAsync(
        TwoSiteLab lab, LabHost host, IReadOnlyDictionary<string, string> zabbix, CancellationToken cancellation) => host.Role switch
        {
            LabPlan.EtcdRole => await lab.Health.IsEtcdHealthyAsync(host, cancellation) ? "healthy" : "not healthy",
            LabPlan.PostgresRole => (await lab.Health.PatroniAsync(host.Name, cancellation))?.ToString() ?? "Patroni does not answer",
            _ => zabbix.GetValueOrDefault(host.Name, "not seen by the database"),
        };
}
