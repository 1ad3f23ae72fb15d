namespace ZabbixDR;

/// <summary>Patroni's dynamic configuration, which holds for the whole cluster, and what of it waits for a restart.</summary>
public sealed record PatroniConfiguration
{
    /// <summary>The cluster's name in the DCS.</summary>
    public required string Scope { get; init; }

    /// <summary>How long the leader lock holds without being renewed; Patroni's default where it is not set.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>The pause between two looks of a member at the DCS; Patroni's default where it is not set.</summary>
    public required TimeSpan LoopWait { get; init; }

    /// <summary>How long an operation on the DCS or PostgreSQL is retried; Patroni's default where it is not set.</summary>
    public required TimeSpan RetryTimeout { get; init; }

    /// <summary>How many bytes an asynchronous standby may be behind and still be promoted; Patroni's default where it is not set.</summary>
    public required long MaximumLagOnFailover { get; init; }

    /// <summary>Whether a commit waits for a standby.</summary>
    public required PatroniSynchronousMode SynchronousMode { get; init; }

    /// <summary>True where no commit is taken while there is no synchronous standby.</summary>
    public required bool SynchronousModeStrict { get; init; }

    /// <summary>How many synchronous standbys there shall be.</summary>
    public required int SynchronousNodeCount { get; init; }

    /// <summary>Whether the primary may go on without the DCS while it reaches all members.</summary>
    public required bool FailsafeMode { get; init; }

    /// <summary>True in maintenance mode, in which nothing fails over by itself.</summary>
    public required bool Paused { get; init; }

    /// <summary>Whether a former primary is rewound instead of made anew; null where it is not set.</summary>
    public bool? UsePgRewind { get; init; }

    /// <summary>Whether standbys have replication slots.</summary>
    public required bool UseSlots { get; init; }

    /// <summary>PostgreSQL's parameters that are set here, by name, as PostgreSQL would be given them.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Recovery settings that are set here, such as restore_command.</summary>
    public required IReadOnlyDictionary<string, string> RecoveryConf { get; init; }

    /// <summary>The lines of pg_hba.conf, where they are set here.</summary>
    public IReadOnlyList<string> PgHba { get; init; } = [];

    /// <summary>What else is set, by key: texts, numbers, truth values, lists and mappings.</summary>
    public required IReadOnlyDictionary<string, object?> Other { get; init; }

    /// <summary>Members on which a setting waits for a restart of PostgreSQL.</summary>
    public IReadOnlyList<PatroniPendingRestart> Pending { get; init; } = [];

    /// <summary>The member whose view of the DCS this is.</summary>
    public required string AnsweredBy { get; init; }

    /// <summary>The whole of it as it stands in the DCS.</summary>
    public required string Json { get; init; }
}
