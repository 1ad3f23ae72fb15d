namespace ZabbixDR.Lab;

/// <summary>
/// A cluster at rest: what each host has written (its overlay's layer), the shared repository and the operator's folder,
/// taken after a clean stop. Labs stack their own layers on it, so it never changes and a reset is quick.
/// </summary>
internal sealed class SavedState(TwoSiteLab lab, string tree, string saved, Phases phases, CancellationToken cancellation)
{
    private static readonly TimeSpan LeaderLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);

    private readonly LabFolder _folder = lab.Paths;

    public static string LayerOf(string saved, string host) => Path.Combine(saved, "hosts", host);

    /// <summary>Makes it out of a lab that is brought up cold; the lab is left off, its network up.</summary>
    public async Task CreateAsync()
    {
        var secrets = await phases.RunAsync("keys, certificates, the hosts' files", DescribeAsync);
        await phases.RunAsync($"{lab.Hosts.Count} hosts boot", () => lab.StartAsync(lab.Hosts, cancellation));
        await new ClusterSetup(lab, secrets, phases, cancellation).RunAsync();
        await phases.RunAsync("clean stop, state kept", async () =>
        {
            await StopAsync();
            await KeepAsync();
        });
    }

    /// <summary>Lays the saved state into the lab's folder, in place of whatever was there, and starts all hosts on it.</summary>
    public async Task StartAsync()
    {
        await phases.RunAsync("saved state laid out", async () =>
        {
            await lab.PowerOffAsync(cancellation);
            await lab.ObjectStore.StopAsync(cancellation);
            await Files.RemoveAsync(_folder.Path, cancellation);
            Directory.CreateDirectory(_folder.Path);
            foreach (var part in OtherParts) await Files.CopyAsync(Path.Combine(saved, Path.GetFileName(part)), part, cancellation);
            if (lab.Network.IsWhole)
            {
                await lab.HealAsync(cancellation);
                await lab.DelayAsync(TimeSpan.Zero, cancellation);
            }
            else
            {
                await lab.Network.DeleteAsync(cancellation);
                await lab.Network.CreateAsync(cancellation);
            }

            _folder.Write(new LabFolder.Record(lab.Plan.Generation.Name, lab.Plan.Etcd3Site, lab.Plan.Servers, tree, saved));
        });

        // A Zabbix server that finds no leader waits ten seconds before it looks again: it is better started later.
        var zabbix = lab.Plan.WithRole(LabPlan.ZabbixRole).ToList();
        await phases.RunAsync("hosts of etcd and PostgreSQL boot", () => lab.StartAsync([.. lab.Hosts.Except(zabbix)], cancellation));
        await phases.RunAsync("PostgreSQL has a leader", () => Wait.UntilAsync(
            "a leader", LeaderLimit, async token => await lab.Health.LeaderAsync(token) is null ? "no host leads" : null, cancellation));
        await phases.RunAsync("hosts of Zabbix boot", () => lab.StartAsync(zabbix, cancellation));
        await phases.RunAsync("everything healthy, sync standby included", () => lab.WaitHealthyAsync(cancellation: cancellation));
    }

    /// <summary>What is kept beside the hosts' layers.</summary>
    private string[] OtherParts => [_folder.Shared, _folder.Operator, _folder.CertificateAuthority];

    private async Task<LabSecrets> DescribeAsync()
    {
        await lab.Network.CreateAsync(cancellation);
        Directory.CreateDirectory(_folder.Shared);
        _folder.Write(new LabFolder.Record(lab.Plan.Generation.Name, lab.Plan.Etcd3Site, lab.Plan.Servers, tree, Saved: null));
        var secrets = await LabSecrets.CreateAsync(lab.Plan, _folder, cancellation);
        var files = new HostFiles(lab.Plan, tree, secrets);
        foreach (var host in lab.Hosts) await files.WriteAsync(host, lab.Machine(host.Name).Upper, cancellation);
        return secrets;
    }

    /// <summary>Ends the services in the order that leaves nothing to repair: the leader after its standby, etcd last.</summary>
    private async Task StopAsync()
    {
        await StopAsync("zabbix-server", "zbx-siteA", "zbx-siteB");
        await StopAsync("patroni", [.. lab.Plan.WithRole(LabPlan.PostgresRole).Skip(1).Select(host => host.Name)]);
        await StopAsync("patroni", "pg-siteA");
        await StopAsync("etcd", "etcd-1", "etcd-2", "etcd-3");
        await lab.PowerOffAsync(cancellation);
    }

    private async Task StopAsync(string unit, params string[] hosts) =>
        await Task.WhenAll(hosts.Select(host => lab.ExecCheckedAsync(host, ["systemctl", "stop", unit], StopLimit, null, cancellation)));

    private async Task KeepAsync()
    {
        var part = saved + ".part";
        await Files.RemoveAsync(part, cancellation);
        Directory.CreateDirectory(Path.Combine(part, "hosts"));
        foreach (var host in lab.Hosts) Directory.Move(lab.Machine(host.Name).Upper, LayerOf(part, host.Name));
        foreach (var folder in OtherParts) Directory.Move(folder, Path.Combine(part, Path.GetFileName(folder)));
        Directory.Move(part, saved);
    }
}
