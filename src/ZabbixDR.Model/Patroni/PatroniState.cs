namespace ZabbixDR;

/// <summary>What PostgreSQL does on a member, in Patroni's words without their spaces.</summary>
public enum PatroniState
{
    /// <summary>Not known: nobody says, or the word is none of these.</summary>
    Unknown,

    /// <summary>It runs; of a replica: without a stream from the leader, or Patroni is older than 3.0.4 and does not tell.</summary>
    Running,

    /// <summary>A replica that receives the leader's stream.</summary>
    Streaming,

    /// <summary>A replica that reads WAL from the archive.</summary>
    InArchiveRecovery,

    /// <summary>It is starting.</summary>
    Starting,

    /// <summary>It could not be started.</summary>
    StartFailed,

    /// <summary>It is stopping.</summary>
    Stopping,

    /// <summary>It is stopped.</summary>
    Stopped,

    /// <summary>It could not be stopped.</summary>
    StopFailed,

    /// <summary>It is restarting.</summary>
    Restarting,

    /// <summary>It could not be restarted.</summary>
    RestartFailed,

    /// <summary>It ended by itself.</summary>
    Crashed,

    /// <summary>Its data directory is being made from another member or a backup.</summary>
    CreatingReplica,

    /// <summary>A new cluster is being made on it by initdb.</summary>
    InitializingNewCluster,

    /// <summary>initdb failed.</summary>
    InitdbFailed,

    /// <summary>A new cluster is being made on it by a custom bootstrap.</summary>
    RunningCustomBootstrapScript,

    /// <summary>The custom bootstrap failed.</summary>
    CustomBootstrapFailed,

    /// <summary>It starts for the first time after a custom bootstrap.</summary>
    StartingAfterCustomBootstrap,
}
