namespace ZabbixDR;

/// <summary>A stanza in a repository.</summary>
public sealed record PgBackRestStanza
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The repository's number.</summary>
    public required int Repository { get; init; }

    /// <summary>The system identifier of the database cluster that it is for.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary>The major version of PostgreSQL that it is for.</summary>
    public required string PostgresVersion { get; init; }

    /// <summary>How many backup sets it holds.</summary>
    public required int Backups { get; init; }

    /// <summary>The node that told.</summary>
    public required string Source { get; init; }

    /// <summary>What was done to it.</summary>
    public PgBackRestStanzaChange Change { get; init; }

    /// <summary>Whether the primary's WAL was found in the repository: a segment that was switched for it, or the last one that PostgreSQL calls archived.</summary>
    public bool IsChecked { get; init; }
}
