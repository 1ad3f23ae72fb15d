namespace ZabbixDR;

/// <summary>What a node does in the deployment. In the topology file the names are written with dashes: <c>zabbix-server</c>.</summary>
public enum NodeRole
{
    /// <summary>Runs PostgreSQL under Patroni, and pgBackRest.</summary>
    Postgres,

    /// <summary>Runs a member of the etcd cluster that Patroni keeps its state in.</summary>
    Etcd,

    /// <summary>Runs a Zabbix server, a node of its high-availability cluster.</summary>
    ZabbixServer,

    /// <summary>Runs the Zabbix web frontend.</summary>
    Frontend,

    /// <summary>Runs a Zabbix proxy.</summary>
    Proxy,

    /// <summary>Holds a pgBackRest repository and nothing else of the cluster.</summary>
    Repository,

    /// <summary>Has room for restore drills.</summary>
    Scratch,
}
