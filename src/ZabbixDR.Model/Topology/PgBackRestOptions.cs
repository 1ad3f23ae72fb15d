namespace ZabbixDR;

/// <summary>Options of pgbackrest.conf that hold for all repositories. What is null is left as it is in a file, and written as its default into a new one.</summary>
public sealed record PgBackRestOptions
{
    /// <summary>The words of pgBackRest's <c>compress-type</c>.</summary>
    public static IReadOnlyList<string> CompressTypes { get; } = ["none", "bz2", "gz", "lz4", "zst"];

    /// <summary>The words of pgBackRest's log levels.</summary>
    public static IReadOnlyList<string> LogLevels { get; } = ["off", "error", "warn", "info", "detail", "debug", "trace"];

    /// <summary>How many processes compress and transfer.</summary>
    public int? ProcessMax { get; init; }

    /// <summary>pgBackRest's <c>compress-type</c>.</summary>
    public string? CompressType { get; init; }

    /// <summary>pgBackRest's <c>compress-level</c>.</summary>
    public int? CompressLevel { get; init; }

    /// <summary>Whether a backup asks for a checkpoint at once.</summary>
    public bool? StartFast { get; init; }

    /// <summary>Whether restores and backups compare checksums instead of times.</summary>
    public bool? Delta { get; init; }

    /// <summary>Whether WAL is pushed by a process of its own, by way of the spool folder.</summary>
    public bool? ArchiveAsync { get; init; }

    /// <summary>How long a segment may take to be archived.</summary>
    public TimeSpan? ArchiveTimeout { get; init; }

    /// <summary>How long a read or write may take.</summary>
    public TimeSpan? IoTimeout { get; init; }

    /// <summary>How long a worker may be silent; more than <see cref="ArchiveTimeout"/>.</summary>
    public TimeSpan? ProtocolTimeout { get; init; }

    /// <summary>The folder of the log files.</summary>
    public string? LogPath { get; init; }

    /// <summary>The folder of the locks.</summary>
    public string? LockPath { get; init; }

    /// <summary>The folder of what waits to be pushed.</summary>
    public string? SpoolPath { get; init; }

    /// <summary>What is shown on the terminal.</summary>
    public string? LogLevelConsole { get; init; }

    /// <summary>What is written to log files.</summary>
    public string? LogLevelFile { get; init; }
}
