using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>How pgBackRest of a node reaches an object store, by its own configuration.</summary>
internal sealed record ObjectStoreOnNode
{
    // For each of connecting and answering. Independent of what lies in the store.
    private const int AnswerSeconds = 10;
    private const string UsualPort = "443";
    private const string UsualStyle = "host";

    private readonly IReadOnlyDictionary<string, string?> _options;

    private ObjectStoreOnNode(IReadOnlyDictionary<string, string?> options) => _options = options;

    public string? Endpoint => _options["s3-endpoint"];

    public string? Bucket => _options["s3-bucket"];

    public string? Region => _options["s3-region"];

    public string Port => _options["storage-port"] ?? UsualPort;

    public bool IsPathStyle => (_options["s3-uri-style"] ?? UsualStyle) == "path";

    /// <summary>Takes it out of a configuration: the stanza's section goes before the global one.</summary>
    public static ObjectStoreOnNode Of(PgBackRestOnNode configuration, string stanza, RepositorySettings repository)
    {
        string? Option(string name) =>
            configuration.Text.Find(stanza, $"repo{repository.Number}-{name}") ?? configuration.Text.Find("global", $"repo{repository.Number}-{name}");
        return new ObjectStoreOnNode(Expected(repository).Keys.ToDictionary(name => name, Option, StringComparer.Ordinal));
    }

    /// <summary>What differs from the topology, a sentence each.</summary>
    public IReadOnlyList<string> Differences(RepositorySettings repository) =>
    [
        .. from option in Expected(repository)
           let own = _options[option.Key] ?? Usual(option.Key)
           where own != (option.Value ?? Usual(option.Key))
           select $"repo{repository.Number}-{option.Key} is {own ?? "not set"}, and the topology has {option.Value ?? "nothing"}",
    ];

    /// <summary>Asks the store for nothing in particular: it answers with its headers.</summary>
    public ObservingCommand Ask() => new(
        "curl",
        [
            "--silent",
            "--show-error",
            "--output",
            "/dev/null",
            "--dump-header",
            "-",
            "--connect-timeout",
            AnswerSeconds.ToString(CultureInfo.InvariantCulture),
            "--max-time",
            (2 * AnswerSeconds).ToString(CultureInfo.InvariantCulture),
            .. _options["storage-ca-file"] is { } authority ? ["--cacert", authority] : Array.Empty<string>(),
            .. _options["storage-verify-tls"] == "n" ? ["--insecure"] : Array.Empty<string>(),
            $"https://{Endpoint}:{Port}/",
        ]);

    private static Dictionary<string, string?> Expected(RepositorySettings repository) => new(StringComparer.Ordinal)
    {
        ["s3-endpoint"] = repository.Endpoint,
        ["s3-bucket"] = repository.Bucket,
        ["s3-region"] = repository.Region,
        ["s3-uri-style"] = repository.UriStyle,
        ["storage-port"] = repository.StoragePort?.ToString(CultureInfo.InvariantCulture),
        ["storage-ca-file"] = repository.CaFile,
        ["storage-verify-tls"] = repository.VerifyTls is { } verify ? verify ? "y" : "n" : null,
    };

    private static string? Usual(string option) => option switch
    {
        "storage-port" => UsualPort,
        "s3-uri-style" => UsualStyle,
        "storage-verify-tls" => "y",
        _ => null,
    };
}
