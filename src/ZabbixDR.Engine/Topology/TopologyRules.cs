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
        CheckSnapshotCopies(topology, root);
        CheckRest(topology.Patroni, root);
        CheckRepositories(topology.PgBackRest, root);
        CheckRepositoryHosts(topology, root);
        CheckNames(topology, root);
        CheckAddresses(topology, root);
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
        if (members.Count > 0 && members.Count % 2 == 0)
        {
            root.Warning("nodes", $"{members.Count} etcd members survive the loss of no more than {members.Count - 1} would: take an odd number.");
        }

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

    private static void CheckSnapshotCopies(DrTopology topology, YamlSection root)
    {
        foreach (var stranger in (topology.Etcd?.SnapshotCopies ?? []).Where(name => !topology.Nodes.Any(node => node.Name == name)))
        {
            root.Error("etcd", $"etcd.snapshots.copies names {stranger}, and there is no such node.");
        }
    }

    private static void CheckRest(PatroniSettings? patroni, YamlSection root)
    {
        if (patroni is not null && (patroni.RestCertFile is null) != (patroni.RestKeyFile is null))
        {
            root.Error("patroni", "patroni.rest.certFile and patroni.rest.keyFile go together.");
        }

        if (patroni is not null && (patroni.RestUser is null) != (patroni.RestPassword is null))
        {
            root.Error("patroni", "patroni.rest.user and patroni.rest.password go together.");
        }
    }

    private static void CheckRepositories(PgBackRestSettings? settings, YamlSection root)
    {
        foreach (var same in (settings?.Repositories ?? []).GroupBy(repository => repository.Number).Where(same => same.Count() > 1))
        {
            root.Error("pgbackrest", $"pgbackrest.repositories names the number {same.Key} twice.");
        }

        foreach (var repository in settings?.Repositories.Where(NeedsKeys) ?? [])
        {
            var key = settings!.OtherRepositories.Count == 0 ? "pgbackrest.repository" : $"pgbackrest.repositories.{repository.Number}";
            root.Error("pgbackrest", $"{key}.key and .keySecret are missing; only keyType auto and web-id need none.");
        }

        // src/config/load.c in pgBackRest: the options must differ that way round, or no command runs.
        if (settings?.Options is { ArchiveTimeout: { } archive, ProtocolTimeout: { } protocol } && protocol <= archive)
        {
            root.Error("pgbackrest", "pgbackrest.protocolTimeout must be longer than pgbackrest.archiveTimeout.");
        }
    }

    // Their addresses stand in each other's pgbackrest.conf.
    private static void CheckRepositoryHosts(DrTopology topology, YamlSection root)
    {
        var hosts = (topology.PgBackRest?.Repositories ?? []).Select(repository => repository.Host).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var node in topology.Nodes.Where(node => hosts.Count > 0 && node.IsLocal && (node.Roles.Contains(NodeRole.Postgres) || hosts.Contains(node.Name))))
        {
            root.Error("nodes", $"nodes.{node.Name}.address is local, and pgBackRest between it and a repository's host needs an address that the other can reach.");
        }
    }

    private static bool NeedsKeys(RepositorySettings repository) =>
        repository is { Type: RepositoryType.S3, KeyType: null or RepositorySettings.SharedKeys } && (repository.Key is null || repository.KeySecret is null);

    // Names are compared without regard to case wherever a person types one.
    private static void CheckNames(DrTopology topology, YamlSection root)
    {
        foreach (var same in topology.Nodes.GroupBy(node => node.Name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            root.Error("nodes", $"{string.Join(" and ", same.Select(node => node.Name))} differ in letter case alone: give one of them another name.");
        }

        foreach (var node in topology.Nodes.Where(node => node.Roles.Distinct().Count() < node.Roles.Count))
        {
            root.Warning("nodes", $"nodes.{node.Name}.roles names a role twice.");
        }
    }

    // Two members on one host are allowed, since a member of etcd and one of Patroni need not have the same name.
    private static void CheckAddresses(DrTopology topology, YamlSection root)
    {
        foreach (var same in topology.Nodes.Where(node => node.Address.Length > 0).GroupBy(node => (node.Address, node.SshPort)).Where(same => same.Count() > 1))
        {
            root.Warning("nodes", $"{YamlSection.Listed(same.Select(node => node.Name))} have one address, {same.Key.Address}: what befalls that host befalls all of them.");
            if (same.Select(node => node.Site).Distinct().Count() > 1)
            {
                root.Error("nodes", $"{YamlSection.Listed(same.Select(node => node.Name))} have one address, {same.Key.Address}, and not one site.");
            }
        }
    }
}
