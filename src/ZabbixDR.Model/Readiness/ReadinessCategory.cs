namespace ZabbixDR;

/// <summary>What a readiness check is about.</summary>
public enum ReadinessCategory
{
    /// <summary>A node itself: the way to it, and what work on it needs.</summary>
    Node,

    /// <summary>PostgreSQL's backups.</summary>
    Backup,

    /// <summary>The archive of PostgreSQL's write-ahead log.</summary>
    Archiving,

    /// <summary>PostgreSQL and Patroni.</summary>
    Cluster,

    /// <summary>etcd and its snapshots.</summary>
    Etcd,

    /// <summary>The nodes' configuration files.</summary>
    Configuration,
}
