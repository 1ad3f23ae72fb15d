namespace ZabbixDR.Engine.Topology;

/// <summary>What no single key shows: settings that need one another, and a layout that cannot survive what it is for.</summary>
internal static class TopologyRules
{
    public static void Check(DrTopology topology, YamlSection root)
    {
        Needs(root, "postgres", topology.Postgres is null, topology, NodeRole.Postgres);
        Needs(root, "patroni", topology.Patroni is null, topology, NodeRole.Postgres);
        Needs(root, "etcd", topology.Etcd is null, topology, NodeRole.Etcd);
        CheckEtcdPlacement(topology, root);
        CheckEtcdCredentials(topology.Etcd, root);
    }

    private static void Needs(YamlSection root, string section, bool absent, DrTopology topology, NodeRole role)
    {
        if (absent && topology.NodesWith(role).FirstOrDefault() is { } node)
        {
            root.Error("nodes", $"{section} is missing, and {node.Name} has the role {role.ToString().ToLowerInvariant()}.");
        }
    }

    // PROCEDURES.md 8: with a majority at one site, the loss of that site stops the other.
    private static void CheckEtcdPlacement(DrTopology topology, YamlSection root)
    {
        var members = topology.NodesWith(NodeRole.Etcd).ToList();
        var largest = members.GroupBy(member => member.Site).MaxBy(site => site.Count());
        var quorum = (members.Count / 2) + 1;
        if (largest is not null && members.Count > 1 && members.Count - largest.Count() < quorum)
        {
            root.Warning(
                "nodes",
                $"Site {largest.Key} holds {largest.Count()} of {members.Count} etcd members: when it is lost, nothing fails over by itself. Automatic failover needs a third place.");
        }
    }

    private static void CheckEtcdCredentials(EtcdSettings? etcd, YamlSection root)
    {
        if (etcd is null)
        {
            return;
        }

        if ((etcd.CertFile is null) != (etcd.KeyFile is null))
        {
            root.Error("etcd", "etcd.certFile and etcd.keyFile go together.");
        }

        if ((etcd.User is null) != (etcd.Password is null))
        {
            root.Error("etcd", "etcd.user and etcd.password go together; leave both out where the certificate's CN is the user.");
        }
    }
}
