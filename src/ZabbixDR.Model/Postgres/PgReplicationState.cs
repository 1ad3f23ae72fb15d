namespace ZabbixDR;

/// <summary>What a WAL sender does for a standby, as pg_stat_replication names it.</summary>
public enum PgReplicationState
{
    /// <summary>It starts.</summary>
    Startup,

    /// <summary>The standby catches up.</summary>
    Catchup,

    /// <summary>The standby receives WAL as it is written.</summary>
    Streaming,

    /// <summary>A base backup is sent.</summary>
    Backup,

    /// <summary>It stops.</summary>
    Stopping,
}
