namespace ZabbixDR;

/// <summary>PostgreSQL's setting archive_mode.</summary>
public enum PgArchiveMode
{
    /// <summary>WAL is not archived.</summary>
    Off,

    /// <summary>The primary archives its WAL.</summary>
    On,

    /// <summary>A standby archives what it receives, too.</summary>
    Always,
}
