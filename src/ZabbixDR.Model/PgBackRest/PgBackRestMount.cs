namespace ZabbixDR;

/// <summary>Where a node has a repository mounted.</summary>
public sealed record PgBackRestMount
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The repository's number.</summary>
    public required int Repository { get; init; }

    /// <summary>The mount point.</summary>
    public required string Directory { get; init; }

    /// <summary>What the kernel says is mounted there: a device, or a server and its path; null where nothing is.</summary>
    public string? Source { get; init; }

    /// <summary>The type of the file system that is mounted there; null where nothing is.</summary>
    public string? FileSystem { get; init; }

    /// <summary>What was done, such as <c>mounted</c> or <c>/etc/fstab</c>; empty where all was as it shall be.</summary>
    public required IReadOnlyList<string> Changes { get; init; }
}
