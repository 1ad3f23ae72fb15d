namespace ZabbixDR.Engine.Patroni;

/// <summary>What a member's Patroni says of itself, asked at that member.</summary>
/// <param name="IsPrimary">True where it calls itself a primary, whatever its state.</param>
/// <param name="State">What PostgreSQL does there.</param>
/// <param name="RoleWord">The role in Patroni's own word, for messages.</param>
/// <param name="StateWord">The state in Patroni's own word, for messages.</param>
/// <param name="Timeline">The timeline; null where PostgreSQL does not answer.</param>
/// <param name="Scope">The cluster that it belongs to.</param>
/// <param name="SystemIdentifier">The database's identifier; null where there is none yet.</param>
/// <param name="Name">The member's own name; null before Patroni 3.1.</param>
/// <param name="DcsLastSeen">When it last reached the DCS.</param>
public sealed record PatroniStatus(
    bool IsPrimary,
    PatroniState State,
    string RoleWord,
    string StateWord,
    int? Timeline,
    string? Scope,
    string? SystemIdentifier,
    string? Name,
    DateTimeOffset? DcsLastSeen)
{
    /// <summary>What PostgreSQL does there, a replica's stream included where Patroni tells (since 3.0.4).</summary>
    public PatroniState ReplicationState { get; init; }

    /// <summary>When PostgreSQL started, by the server's word; null where it does not answer.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>True where the member knows that the cluster is paused.</summary>
    public bool Paused { get; init; }

    /// <summary>True where a setting waits for a restart.</summary>
    public bool PendingRestart { get; init; }

    /// <summary>True where it is no primary and PostgreSQL runs; where Patroni tells, streaming.</summary>
    public bool IsRunningReplica => !IsPrimary && State == PatroniState.Running && ReplicationState is PatroniState.Running or PatroniState.Streaming;

    /// <summary>
    /// True where Patroni says that the member is a primary that runs. It takes PostgreSQL's own word too to be one
    /// (PROCEDURES: /primary alone answered 200 for a server that had failed to start).
    /// </summary>
    public bool IsRunningPrimary => IsPrimary && State == PatroniState.Running;
}
