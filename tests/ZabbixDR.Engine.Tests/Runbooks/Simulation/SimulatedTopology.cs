namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The topology of the simulated deployment.</summary>
internal static class SimulatedTopology
{
    /// <summary>The node that the operators of most tests do not reach, and somebody else alone does.</summary>
    public const string Elsewhere = "zbx-b";

    public static DrTopology Of { get; } = new()
    {
        Name = "simulated",
        Path = "/simulated/zabbixdr.yaml",
        Access = new AccessSettings(),
        Sites = [new DrSite("A", null), new DrSite("B", null)],
        Nodes =
        [
            Node("etcd-1", "A", NodeRole.Etcd),
            Node("etcd-2", "B", NodeRole.Etcd),
            Node("etcd-3", "A", NodeRole.Etcd),
            Node("pg-a", "A", NodeRole.Postgres),
            Node("pg-b", "B", NodeRole.Postgres),
            Node(Elsewhere, "B", NodeRole.ZabbixServer),
        ],
        Postgres = new PostgresSettings { Version = 17 },
        PgBackRest = new PgBackRestSettings { Stanza = "zabbix-cluster", Repository = new RepositorySettings { Type = RepositoryType.Posix, Path = "/mnt/backup" } },
        Patroni = new PatroniSettings { Scope = "zabbix-cluster", Unit = SimulatedPatroni.Unit },
        Etcd = new EtcdSettings { Unit = SimulatedEtcd.Unit },
    };

    private static DrTopologyNode Node(string name, string site, NodeRole role) => new(name, site, $"{name}.invalid", null, [role]);
}
