namespace ZabbixDR;

/// <summary>pgBackRest on the nodes with role postgres, and on those with role repository.</summary>
public sealed record PgBackRestSettings
{
    /// <summary>pgBackRest's default of <c>repo-host-user</c>.</summary>
    public const string DefaultHostUser = "pgbackrest";

    /// <summary>The stanza.</summary>
    public required string Stanza { get; init; }

    /// <summary>pgBackRest's configuration file on the nodes; null where the node's platform decides.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The repository, the first where there are several.</summary>
    public required RepositorySettings Repository { get; init; }

    /// <summary>The other repositories, in the order of their numbers.</summary>
    public IReadOnlyList<RepositorySettings> OtherRepositories { get; init; } = [];

    /// <summary>All repositories, in the order of their numbers; what the section says for all of them is said of each.</summary>
    public IEnumerable<RepositorySettings> Repositories => OtherRepositories.Prepend(Repository).Select(one => one with
    {
        RetentionFull = one.RetentionFull ?? RetentionFull,
        RetentionDiff = one.RetentionDiff ?? RetentionDiff,
        CipherPass = one.CipherPass ?? CipherPass,
    });

    /// <summary>The user that pgBackRest runs as on a repository host; by default pgBackRest's own default of <c>repo-host-user</c>.</summary>
    public string HostUser { get; init; } = DefaultHostUser;

    /// <summary>What else pgbackrest.conf says.</summary>
    public PgBackRestOptions Options { get; init; } = new();

    /// <summary>How many full backups are kept; null leaves it to pgbackrest.conf.</summary>
    public int? RetentionFull { get; init; }

    /// <summary>How many differential backups are kept; null leaves it to pgbackrest.conf.</summary>
    public int? RetentionDiff { get; init; }

    /// <summary>Where the repository's passphrase is found; null where the repository is not encrypted.</summary>
    public SecretReference? CipherPass { get; init; }
}
