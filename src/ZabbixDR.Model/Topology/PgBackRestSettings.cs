namespace ZabbixDR;

/// <summary>pgBackRest on the nodes with role postgres.</summary>
public sealed record PgBackRestSettings
{
    /// <summary>The stanza.</summary>
    public required string Stanza { get; init; }

    /// <summary>pgBackRest's configuration file on the nodes; null where the node's platform decides.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The repository.</summary>
    public required RepositorySettings Repository { get; init; }

    /// <summary>How many full backups are kept; null leaves it to pgbackrest.conf.</summary>
    public int? RetentionFull { get; init; }

    /// <summary>How many differential backups are kept; null leaves it to pgbackrest.conf.</summary>
    public int? RetentionDiff { get; init; }

    /// <summary>Where the repository's passphrase is found; null where the repository is not encrypted.</summary>
    public SecretReference? CipherPass { get; init; }
}
