namespace ZabbixDR;

/// <summary>A pgBackRest repository. Which of the members are set depends on its type.</summary>
public sealed record RepositorySettings
{
    /// <summary>The key type that needs a key and its secret, and the one that holds where none is named.</summary>
    public const string SharedKeys = "shared";

    /// <summary>The words of pgBackRest's <c>repo-s3-key-type</c>.</summary>
    public static IReadOnlyList<string> KeyTypes { get; } = [SharedKeys, "auto", "web-id"];

    /// <summary>The words of pgBackRest's <c>repo-s3-uri-style</c>.</summary>
    public static IReadOnlyList<string> UriStyles { get; } = ["host", "path"];

    /// <summary>Its number, as in pgBackRest's <c>repo1-path</c>.</summary>
    public int Number { get; init; } = 1;

    /// <summary>The node with role repository whose pgBackRest works on it; null where the PostgreSQL nodes reach it by themselves.</summary>
    public string? Host { get; init; }

    /// <summary>Where it lies.</summary>
    public required RepositoryType Type { get; init; }

    /// <summary>The repository's path: on its host, on the PostgreSQL nodes where it has none, or in the bucket.</summary>
    public required string Path { get; init; }

    /// <summary>The NFS server.</summary>
    public string? Server { get; init; }

    /// <summary>The path that the NFS server exports.</summary>
    public string? Export { get; init; }

    /// <summary>The directory on the nodes that must be a mount point, <see cref="Path"/> or above it; null where nothing is mounted for it.</summary>
    public string? Mount { get; init; }

    /// <summary>What is mounted at <see cref="Mount"/>, as fstab's first field; null where somebody else mounts it, and with NFS.</summary>
    public string? Device { get; init; }

    /// <summary>How it is mounted, as fstab's fourth field; null for the usual way.</summary>
    public string? MountOptions { get; init; }

    /// <summary>The type that the file system at <see cref="Mount"/> must have; null where any will do.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The S3 endpoint.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The S3 bucket.</summary>
    public string? Bucket { get; init; }

    /// <summary>The S3 region.</summary>
    public string? Region { get; init; }

    /// <summary>Where the S3 access key is found; null with a key type that needs none.</summary>
    public SecretReference? Key { get; init; }

    /// <summary>Where the S3 secret key is found; null with a key type that needs none.</summary>
    public SecretReference? KeySecret { get; init; }

    /// <summary>pgBackRest's <c>repo-s3-key-type</c>: shared, auto or web-id.</summary>
    public string? KeyType { get; init; }

    /// <summary>pgBackRest's <c>repo-s3-uri-style</c>: host or path.</summary>
    public string? UriStyle { get; init; }

    /// <summary>pgBackRest's <c>repo-s3-role</c>, with key type auto; null for the one that the instance has.</summary>
    public string? Role { get; init; }

    /// <summary>The port of the S3 endpoint; null for 443.</summary>
    public int? StoragePort { get; init; }

    /// <summary>On the nodes, the certificates of the authorities that vouch for the S3 endpoint; null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Whether the S3 endpoint's certificate is verified; null for yes.</summary>
    public bool? VerifyTls { get; init; }

    /// <summary>Whether small files are put together (pgBackRest's <c>repo-bundle</c>); null leaves it to pgBackRest.</summary>
    public bool? Bundle { get; init; }

    /// <summary>Whether only changed parts of a file are saved (pgBackRest's <c>repo-block</c>, since 2.46); null leaves it to pgBackRest.</summary>
    public bool? Block { get; init; }

    /// <summary>How many full backups are kept in it; null leaves it to pgbackrest.conf.</summary>
    public int? RetentionFull { get; init; }

    /// <summary>How many differential backups are kept in it; null leaves it to pgbackrest.conf.</summary>
    public int? RetentionDiff { get; init; }

    /// <summary>Where its passphrase is found; null where it is not encrypted.</summary>
    public SecretReference? CipherPass { get; init; }
}
