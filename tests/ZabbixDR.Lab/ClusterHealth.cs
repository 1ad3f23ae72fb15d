using System.Globalization;
using System.Text.Json;

namespace ZabbixDR.Lab;

/// <summary>What Patroni on one host says of itself.</summary>
internal sealed record PatroniMember(string Role, string State, bool IsSyncStandby)
{
    // 3.0 says master; 3.3 and later say primary.
    public bool IsLeader => Role is "master" or "primary";

    public bool IsRunning => State is "running" or "streaming";

    public override string ToString() => $"{(IsSyncStandby ? "sync standby" : Role)}, {State}";
}

/// <summary>Looks at the cluster from its hosts, through their namespaces, so that it sees as much with the network cut.</summary>
internal sealed class ClusterHealth(TwoSiteLab lab)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The first thing that is not as it should be; null when all is well.</summary>
    public async Task<string?> MissingAsync(CancellationToken cancellation)
    {
        var off = lab.Plan.Hosts.Where(host => !lab.Machine(host.Name).IsRunning).Select(host => host.Name).ToList();
        if (off.Count > 0) return $"{string.Join(", ", off)} off";
        return await MissingOfEtcdAsync(cancellation) ?? await MissingOfPatroniAsync(cancellation) ?? await MissingOfZabbixAsync(cancellation);
    }

    public async Task<string?> MissingOfEtcdAsync(CancellationToken cancellation)
    {
        var outcome = await ExecAsync("etcd-1", ["etcdctl", "--command-timeout=3s", "endpoint", "health"], cancellation);
        if (outcome.Succeeded) return null;
        var lines = (outcome.Output + outcome.Error).Split('\n');
        return lines.FirstOrDefault(line => line.Contains("is unhealthy", StringComparison.Ordinal)) ?? $"etcd: {lines[0]}";
    }

    public async Task<bool> IsEtcdHealthyAsync(LabHost host, CancellationToken cancellation) =>
        (await ExecAsync(host.Name, ["env", $"ETCDCTL_ENDPOINTS=https://{host.Address}:2379", "etcdctl", "--command-timeout=3s", "endpoint", "health"], cancellation)).Succeeded;

    /// <summary>What Patroni of a host answers at GET /patroni; null where it does not answer.</summary>
    public async Task<PatroniMember?> PatroniAsync(string host, CancellationToken cancellation)
    {
        if (!lab.Machine(host).IsRunning) return null;
        var outcome = await ExecAsync(host, ["curl", "-s", "-m", "3", "http://127.0.0.1:8008/patroni"], cancellation);
        if (!outcome.Succeeded) return null;
        using var answer = JsonDocument.Parse(outcome.Output);
        return new PatroniMember(Text("role"), Text("state"), answer.RootElement.TryGetProperty("sync_standby", out var sync) && sync.ValueKind == JsonValueKind.True);

        string Text(string key) => answer.RootElement.TryGetProperty(key, out var value) ? value.GetString() ?? "" : "unknown";
    }

    /// <summary>The host whose Patroni runs as leader and whose PostgreSQL is not in recovery; either alone has been seen to be wrong.</summary>
    public async Task<string?> LeaderAsync(CancellationToken cancellation)
    {
        foreach (var host in lab.Plan.WithRole(LabPlan.PostgresRole))
        {
            if (await PatroniAsync(host.Name, cancellation) is not { IsLeader: true, IsRunning: true }) continue;
            var query = await lab.TryQueryAsync(host.Name, "postgres", "select pg_is_in_recovery()", cancellation);
            if (query.Output.Trim() == "f") return host.Name;
        }

        return null;
    }

    /// <summary>
    /// The state of each Zabbix node, as in table ha_node (3 active, 0 standby), that has reported within its failover delay and since
    /// its server was last started: the table still knows for a while one that has ended, and for that while the next one ends at
    /// once ("found standby duplicate").
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> ZabbixNodesAsync(string leader, CancellationToken cancellation)
    {
        const string sql = "select name || '|' || status || '|' || lastaccess from ha_node where extract(epoch from now()) - lastaccess < 15";
        var query = await lab.TryQueryAsync(leader, "zabbix", sql, cancellation);
        var nodes = new Dictionary<string, string>();
        foreach (var fields in query.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|')))
        {
            if (await ServerStartAsync(fields[0], cancellation) is not { } start || long.Parse(fields[2], CultureInfo.InvariantCulture) < start) continue;
            nodes[fields[0]] = int.Parse(fields[1], CultureInfo.InvariantCulture) switch
            {
                0 => "standby",
                1 => "stopped",
                2 => "unavailable",
                _ => "active",
            };
        }

        return nodes;
    }

    /// <summary>When the Zabbix server that runs on a host was started, in seconds of Unix time; null where none runs.</summary>
    private async Task<long?> ServerStartAsync(string host, CancellationToken cancellation)
    {
        if (!lab.Machine(host).IsRunning) return null;
        string[] show = ["systemctl", "show", "zabbix-server", "--timestamp=unix", "-P", "ActiveState", "-P", "ActiveEnterTimestamp"];
        var said = (await ExecAsync(host, show, cancellation)).Output.Split('\n');
        return said is ["active", ['@', .. var seconds], ..] ? long.Parse(seconds, CultureInfo.InvariantCulture) : null;
    }

    private async Task<string?> MissingOfPatroniAsync(CancellationToken cancellation)
    {
        var members = new Dictionary<string, PatroniMember?>();
        foreach (var host in lab.Plan.WithRole(LabPlan.PostgresRole)) members[host.Name] = await PatroniAsync(host.Name, cancellation);
        var seen = string.Join("; ", members.Select(member => $"{member.Key} {member.Value?.ToString() ?? "does not answer"}"));
        if (await LeaderAsync(cancellation) is null) return $"Patroni has no leader: {seen}";
        return members.Values.Any(member => member is { IsSyncStandby: true, IsRunning: true }) ? null : $"Patroni has no sync standby: {seen}";
    }

    private async Task<string?> MissingOfZabbixAsync(CancellationToken cancellation)
    {
        if (await LeaderAsync(cancellation) is not { } leader) return "Patroni has no leader";
        var nodes = await ZabbixNodesAsync(leader, cancellation);
        if (nodes.Values.Count(state => state == "active") == 1 && nodes.Values.Count(state => state == "standby") == 1) return null;
        return $"Zabbix is not active and standby: {string.Join(", ", nodes.Select(node => $"{node.Key} {node.Value}"))}";
    }

    private Task<CommandOutcome> ExecAsync(string host, IReadOnlyList<string> argv, CancellationToken cancellation) =>
        lab.Machine(host).ExecAsync(argv, Limit, null, cancellation);
}
