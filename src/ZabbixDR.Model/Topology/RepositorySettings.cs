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

    /// <summary>Where it lies.</summary>
    public required RepositoryType Type { get; init; }

    /// <summary>The repository's path: on the node, or in the bucket.</summary>
    public required string Path { get; init; }

    /// <summary>The NFS server.</summary>
    public string? Server { get; init; }

    /// <summary>The path that the NFS server exports.</summary>
    public string? Export { get; init; }

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
}
