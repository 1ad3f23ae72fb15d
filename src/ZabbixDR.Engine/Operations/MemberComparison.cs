using System.Net;
using System.Net.Sockets;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Operations;

/// <summary>Compares the nodes of the file with the members that Patroni and etcd themselves list.</summary>
internal static class MemberComparison
{
    private const string PatroniId = "patroni.members";
    private const string EtcdId = "etcd.members";

    public static async Task<IReadOnlyList<TopologyCheck>> PatroniAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        if (deployment.Topology.Patroni is null)
        {
            return [];
        }

        var cluster = await deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false);
        if (cluster.AnsweredBy is null)
        {
            return [Unasked(PatroniId, cluster.Reason ?? "no member could read the DCS")];
        }

        // A node that the DCS does not know is listed too, and has no address of the DCS's.
        var listed = cluster.Members.Where(member => member.Host is not null).ToDictionary(member => member.Name, member => (IReadOnlyList<string>)[member.Host!], StringComparer.Ordinal);
        return await CompareAsync(PatroniId, "Patroni", deployment.Topology.NodesWith(NodeRole.Postgres), listed, cancellation).ConfigureAwait(false);
    }

    public static async Task<IReadOnlyList<TopologyCheck>> EtcdAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var nodes = deployment.Topology.NodesWith(NodeRole.Etcd).ToList();
        if (deployment.Topology.Etcd is null || nodes.Count == 0)
        {
            return [];
        }

        var etcd = deployment.Etcd;
        var answers = await Task.WhenAll(nodes.Select(node => DrException.TryAsync(() => etcd.ListMembersAsync(node.Name, cancellation)))).ConfigureAwait(false);
        var members = answers.Select(answer => answer.Value).FirstOrDefault(answer => answer is not null) ?? throw answers[0].Failure!;
        var listed = members
            .Where(member => member.Name.Length > 0)
            .ToDictionary(member => member.Name, member => (IReadOnlyList<string>)[.. member.ClientUrls.Select(url => PatroniFile.HostAndPort(url).Host ?? url)], StringComparer.Ordinal);
        return await CompareAsync(EtcdId, "etcd", nodes, listed, cancellation).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<TopologyCheck>> CompareAsync(
        string id, string system, IEnumerable<DrTopologyNode> nodes, Dictionary<string, IReadOnlyList<string>> listed, CancellationToken cancellation)
    {
        var known = nodes.ToList();
        var checks = new List<TopologyCheck>();
        foreach (var node in known)
        {
            checks.Add(listed.TryGetValue(node.Name, out var addresses)
                ? await AddressAsync(id, system, node, addresses, cancellation).ConfigureAwait(false)
                : TopologyChecks.Fail(id, node.Name, $"nodes.{node.Name}", node.Name, "absent", $"{system} has no member {node.Name}; it has {string.Join(", ", listed.Keys.Order(StringComparer.Ordinal))}"));
        }

        var strangers = listed.Where(member => !known.Exists(node => node.Name == member.Key)).OrderBy(member => member.Key, StringComparer.Ordinal);
        checks.AddRange(strangers.Select(member => TopologyChecks.Fail(
            id, null, "nodes", null, $"{member.Key} at {string.Join(", ", member.Value)}", $"{system} has a member {member.Key}, and the topology file no node of that name with its role")));
        return checks;
    }

    private static async Task<TopologyCheck> AddressAsync(string id, string system, DrTopologyNode node, IReadOnlyList<string> addresses, CancellationToken cancellation)
    {
        var key = $"nodes.{node.Name}.address";
        var actual = string.Join(", ", addresses);
        if (node.IsLocal || addresses.Contains(node.Address))
        {
            return new TopologyCheck { Id = id, Node = node.Name, Key = key, Status = ReadinessStatus.Pass, Expected = node.Address, Actual = actual };
        }

        var same = await ResolveAsync(node.Address, cancellation).ConfigureAwait(false) is { } own && addresses.Any(own.Contains);
        return same
            ? new TopologyCheck { Id = id, Node = node.Name, Key = key, Status = ReadinessStatus.Pass, Expected = node.Address, Actual = actual }
            : TopologyChecks.Warn(
                id,
                node.Name,
                key,
                node.Address,
                actual,
                $"{system} reaches {node.Name} at {actual}, and this machine at {node.Address}",
                "Correct the address, unless the host has several.");
    }

    // A Host of ssh_config resolves to nothing here, and that is no fault.
    private static async Task<IReadOnlyList<string>?> ResolveAsync(string address, CancellationToken cancellation)
    {
        try
        {
            return IPAddress.TryParse(address, out _) ? null : [.. (await Dns.GetHostAddressesAsync(address, cancellation).ConfigureAwait(false)).Select(found => found.ToString())];
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static TopologyCheck Unasked(string id, string reason) => new()
    {
        Id = id,
        Key = "nodes",
        Status = ReadinessStatus.Error,
        Reason = reason,
        Remediation = "See Get-PatroniCluster and Test-EtcdEndpoint.",
    };
}
