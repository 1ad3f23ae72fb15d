namespace ZabbixDR;

/// <summary>A Patroni cluster as it was just found.</summary>
public sealed record PatroniCluster
{
    /// <summary>Its name in the DCS.</summary>
    public required string Scope { get; init; }

    /// <summary>The member that holds the leader lock; null where none does, and where nobody could read the DCS.</summary>
    public string? Leader { get; init; }

    /// <summary>The leader's timeline.</summary>
    public int? Timeline { get; init; }

    /// <summary>The database's identifier, by the leader's word, else by that of any member; null where none answers.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>The members.</summary>
    public required IReadOnlyList<PatroniMember> Members { get; init; }

    /// <summary>True in maintenance mode, in which nothing fails over by itself.</summary>
    public required bool Paused { get; init; }

    /// <summary>Whether a commit waits for a standby; null where nobody gave the dynamic configuration.</summary>
    public PatroniSynchronousMode? SynchronousMode { get; init; }

    /// <summary>The members that may be promoted without loss.</summary>
    public IReadOnlyList<string> SyncStandbys { get; init; } = [];

    /// <summary>Whether the primary may go on without the DCS while it reaches all members; null as above.</summary>
    public bool? FailsafeMode { get; init; }

    /// <summary>True where a member goes on in failsafe mode right now.</summary>
    public bool FailsafeActive { get; init; }

    /// <summary>How long the leader lock holds without being renewed; null as above.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The pause between two looks of a member at the DCS; null as above.</summary>
    public TimeSpan? LoopWait { get; init; }

    /// <summary>How long an operation on the DCS or PostgreSQL is retried; null as above.</summary>
    public TimeSpan? RetryTimeout { get; init; }

    /// <summary>How many bytes an asynchronous standby may be behind and still be promoted; null as above.</summary>
    public long? MaximumLagOnFailover { get; init; }

    /// <summary>The member whose view of the DCS this is; null where none could read it.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>Why no member could read the DCS; null where one could.</summary>
    public string? Reason { get; init; }

    /// <summary>When this was observed, by this machine's clock.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
}
