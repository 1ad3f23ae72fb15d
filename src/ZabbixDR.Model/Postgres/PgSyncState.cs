namespace ZabbixDR;

/// <summary>Whether a commit waits for a standby, as pg_stat_replication names it.</summary>
public enum PgSyncState
{
    /// <summary>No commit waits for it.</summary>
    Async,

    /// <summary>It takes the place of a synchronous standby that fails.</summary>
    Potential,

    /// <summary>Commits wait for it.</summary>
    Sync,

    /// <summary>Commits wait for some of it and its like.</summary>
    Quorum,
}
