namespace ZabbixDR;

/// <summary>An archive of the configuration files of a deployment's nodes.</summary>
public sealed record DrConfigurationBackup
{
    /// <summary>The archive, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>When reading the nodes began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The archive's size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Whether it holds all that was asked for.</summary>
    public required DrConfigurationBackupStatus Status { get; init; }

    /// <summary>What is missing, one sentence a node; null where nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>The nodes whose files it holds.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>The nodes whose files it does not hold: they could not be reached or read.</summary>
    public required IReadOnlyList<string> MissingNodes { get; init; }

    /// <summary>How many files it holds, directories and links not counted.</summary>
    public required int Files { get; init; }

    /// <summary>How many paths were asked for that a node may do without, and does.</summary>
    public required int Absent { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The archive's SHA-256 in lower-case hexadecimal; null where it was only looked at.</summary>
    public string? Sha256 { get; init; }
}
