using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>The answer to GET /patroni: what the member knows of itself (patroni/api.py, get_postgresql_status).</summary>
internal sealed record PatroniStatusDocument
{
    [JsonPropertyName("state")]
    public string? State { get; init; }

    [JsonPropertyName("role")]
    public string? Role { get; init; }

    [JsonPropertyName("server_version")]
    public int? ServerVersion { get; init; }

    [JsonPropertyName("xlog")]
    public PatroniPositionDocument? Positions { get; init; }

    [JsonPropertyName("timeline")]
    public int? Timeline { get; init; }

    /// <summary>Since Patroni 3.0.4.</summary>
    [JsonPropertyName("replication_state")]
    public string? ReplicationState { get; init; }

    [JsonPropertyName("sync_standby")]
    public bool SyncStandby { get; init; }

    /// <summary>Since Patroni 4.</summary>
    [JsonPropertyName("quorum_standby")]
    public bool QuorumStandby { get; init; }

    [JsonPropertyName("cluster_unlocked")]
    public bool ClusterUnlocked { get; init; }

    [JsonPropertyName("failsafe_mode_is_active")]
    public bool FailsafeModeIsActive { get; init; }

    [JsonPropertyName("pause")]
    public bool Pause { get; init; }

    [JsonPropertyName("pending_restart")]
    public bool PendingRestart { get; init; }

    /// <summary>By parameter, its old and new value. Since Patroni 4.</summary>
    [JsonPropertyName("pending_restart_reason")]
    public IReadOnlyDictionary<string, PatroniPendingDocument>? PendingRestartReason { get; init; }

    /// <summary>When PostgreSQL started, with its offset.</summary>
    [JsonPropertyName("postmaster_start_time")]
    public string? PostmasterStartTime { get; init; }

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("dcs_last_seen")]
    public long? DcsLastSeen { get; init; }

    [JsonPropertyName("database_system_identifier")]
    public string? SystemIdentifier { get; init; }

    [JsonPropertyName("patroni")]
    public PatroniProgramDocument? Program { get; init; }
}
