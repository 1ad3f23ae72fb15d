namespace ZabbixDR;

/// <summary>What came of the wish to restart PostgreSQL on a member.</summary>
public sealed record PatroniRestart
{
    /// <summary>The member.</summary>
    public required string Member { get; init; }

    /// <summary>False where nothing waited for a restart, and it was asked for only then.</summary>
    public required bool Restarted { get; init; }

    /// <summary>As what it runs now.</summary>
    public required PatroniRole Role { get; init; }

    /// <summary>What PostgreSQL does there now.</summary>
    public required PatroniState State { get; init; }

    /// <summary>When PostgreSQL started there, by the server's word.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>True where a setting still waits for a restart.</summary>
    public required bool PendingRestart { get; init; }

    /// <summary>How long it took, until it ran again.</summary>
    public required TimeSpan Elapsed { get; init; }
}
