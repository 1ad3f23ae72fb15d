namespace ZabbixDR.Engine.Topology;

/// <summary>Paths and units on one node: the topology's where it sets them, else those of the node's platform.</summary>
/// <param name="topology">What the file says.</param>
/// <param name="layout">The platform's.</param>
public sealed class NodePaths(DrTopology topology, PlatformLayout layout)
{
    /// <summary>The platform's layout.</summary>
    public PlatformLayout Layout => layout;

    /// <summary>Patroni's configuration file.</summary>
    public string PatroniConfigFile => topology.Patroni?.ConfigFile ?? layout.PatroniConfigFile;

    /// <summary>Patroni's unit.</summary>
    public string PatroniUnit => topology.Patroni?.Unit ?? layout.PatroniUnit;

    /// <summary>PostgreSQL's data directory; null where the topology has no PostgreSQL.</summary>
    public string? PostgresDataDirectory => topology.Postgres is { } postgres ? postgres.DataDirectory ?? layout.PostgresDataDirectory(postgres.Version) : null;

    /// <summary>The directory of PostgreSQL's programs; null where the topology has no PostgreSQL.</summary>
    public string? PostgresBinDirectory => topology.Postgres is { } postgres ? postgres.BinDirectory ?? layout.PostgresBinDirectory(postgres.Version) : null;

    /// <summary>pgBackRest's configuration files: the first that exists is the one.</summary>
    public IReadOnlyList<string> PgBackRestConfigFiles => topology.PgBackRest?.ConfigFile is { } file ? [file] : layout.PgBackRestConfigFiles;

    /// <summary>etcd's unit.</summary>
    public string EtcdUnit => topology.Etcd?.Unit ?? layout.EtcdUnit;

    /// <summary>etcd's data directory.</summary>
    public string EtcdDataDirectory => topology.Etcd?.DataDirectory ?? layout.EtcdDataDirectory;

    /// <summary>The Zabbix server's unit.</summary>
    public string ZabbixServerUnit => topology.Zabbix?.ServerUnit ?? layout.ZabbixServerUnit;

    /// <summary>The Zabbix server's configuration file.</summary>
    public string ZabbixServerConfigFile => topology.Zabbix?.ServerConfigFile ?? layout.ZabbixServerConfigFile;

    /// <summary>The unit of a role; null for a role that has none of its own.</summary>
    public string? UnitOf(NodeRole role) => role switch
    {
        NodeRole.Postgres => PatroniUnit,
        NodeRole.Etcd => EtcdUnit,
        NodeRole.ZabbixServer => ZabbixServerUnit,
        _ => null,
    };
}
