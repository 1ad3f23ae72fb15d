namespace ZabbixDR;

/// <summary>Patroni's setting synchronous_mode.</summary>
public enum PatroniSynchronousMode
{
    /// <summary>Replication is asynchronous: a failover may lose what the standby had not received.</summary>
    Off,

    /// <summary>A commit waits for the synchronous standbys.</summary>
    On,

    /// <summary>A commit waits for a quorum of them (Patroni 4).</summary>
    Quorum,
}
