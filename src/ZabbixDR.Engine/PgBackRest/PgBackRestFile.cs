using System.Globalization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// What a node's pgbackrest.conf says of its stanzas and of the first repository, the first stanza's where it differs. Only what is named here is taken out of the file: its
/// passphrase and keys are never held, only that there are some.
/// </summary>
public sealed record PgBackRestFile
{
    private const string Global = "global";

    /// <summary>The stanzas that the file has.</summary>
    public IReadOnlyList<string> Stanzas { get; init; } = [];

    /// <summary>The repository's host (repo-host); null where the node reaches the repository by itself.</summary>
    public string? RepositoryHost { get; init; }

    /// <summary>The repository's type, posix by default.</summary>
    public string RepositoryType { get; init; } = "posix";

    /// <summary>The repository's path.</summary>
    public string RepositoryPath { get; init; } = "/var/lib/pgbackrest";

    /// <summary>How many full backups are kept.</summary>
    public int? RetentionFull { get; init; }

    /// <summary>How many differential backups are kept.</summary>
    public int? RetentionDiff { get; init; }

    /// <summary>True where the repository is encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The S3 endpoint.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The S3 bucket.</summary>
    public string? Bucket { get; init; }

    /// <summary>The S3 region.</summary>
    public string? Region { get; init; }

    /// <summary>The S3 key type.</summary>
    public string? KeyType { get; init; }

    /// <summary>The S3 URI style.</summary>
    public string? UriStyle { get; init; }

    /// <summary>How much WAL may wait to be pushed before it is dropped (archive-push-queue-max), in bytes; null where it is not set.</summary>
    public long? ArchivePushQueueMax { get; init; }

    /// <summary>The number of the repository that a backup goes to where none is named: the lowest.</summary>
    public int FirstRepository { get; init; } = 1;

    /// <summary>By number, where those repositories lie that are directories of the node itself.</summary>
    public IReadOnlyDictionary<int, string> LocalRepositories { get; init; } = new Dictionary<int, string>();

    /// <summary>By stanza, the data directory that it backs up.</summary>
    public IReadOnlyDictionary<string, string> DataDirectories { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads the file's text: pgBackRest's INI, in which an option of the section global holds for all stanzas.</summary>
    public static PgBackRestFile Parse(string text)
    {
        var options = Options(text);
        var stanzas = options.Keys.Select(key => key.Section).Where(section => section != Global && !section.StartsWith(Global + ":", StringComparison.Ordinal)).Distinct().ToList();
        string? Of(string name) => options.GetValueOrDefault((stanzas.FirstOrDefault() ?? "", name)) ?? options.GetValueOrDefault((Global, name));
        var numbers = options.Keys.Select(key => NumberOf(key.Name)).OfType<int>().Distinct().DefaultIfEmpty(1).ToList();

        // A section of a command goes before the one of all commands (pgBackRest's user guide, configuration).
        string? OfPush(string name) =>
            options.GetValueOrDefault(($"{stanzas.FirstOrDefault()}:archive-push", name)) ?? options.GetValueOrDefault((stanzas.FirstOrDefault() ?? "", name))
            ?? options.GetValueOrDefault(($"{Global}:archive-push", name)) ?? options.GetValueOrDefault((Global, name));
        return new PgBackRestFile
        {
            Stanzas = stanzas,
            RepositoryHost = Of("repo1-host"),
            RepositoryType = Of("repo1-type") ?? "posix",
            RepositoryPath = Of("repo1-path") ?? "/var/lib/pgbackrest",
            RetentionFull = Number(Of("repo1-retention-full")),
            RetentionDiff = Number(Of("repo1-retention-diff")),
            IsEncrypted = Of("repo1-cipher-type") is not (null or "none"),
            Endpoint = Of("repo1-s3-endpoint"),
            Bucket = Of("repo1-s3-bucket"),
            Region = Of("repo1-s3-region"),
            KeyType = Of("repo1-s3-key-type"),
            UriStyle = Of("repo1-s3-uri-style"),
            ArchivePushQueueMax = Size(OfPush("archive-push-queue-max")),
            FirstRepository = numbers.Min(),
            LocalRepositories = numbers
                .Where(number => Of($"repo{number}-type") is null or "posix" or "cifs" && Of($"repo{number}-host") is null)
                .ToDictionary(number => number, number => Of($"repo{number}-path") ?? "/var/lib/pgbackrest"),
            DataDirectories = options.Where(option => option.Key.Name == "pg1-path").ToDictionary(option => option.Key.Section, option => option.Value, StringComparer.Ordinal),
        };
    }

    private static Dictionary<(string Section, string Name), string> Options(string text)
    {
        var options = new Dictionary<(string, string), string>();
        var section = "";
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or ';')))
        {
            if (line is ['[', .. var name, ']'])
            {
                section = name;
            }
            else if (line.Split('=', 2) is [var key, var value] && !IsSecret(key))
            {
                options[(section, Indexed(key.Trim()))] = value.Trim();
            }
        }

        return options;
    }

    private static int? NumberOf(string name) =>
        name.StartsWith("repo", StringComparison.Ordinal) && name.IndexOf('-', StringComparison.Ordinal) is > 4 and var dash ? Number(name[4..dash]) : null;

    // "repo-path" is repo1-path, "pg-path" pg1-path: the forms without a number are those of older versions.
    private static string Indexed(string key) =>
        key.StartsWith("repo-", StringComparison.Ordinal) ? $"repo1-{key[5..]}" : key.StartsWith("pg-", StringComparison.Ordinal) ? $"pg1-{key[3..]}" : key;

    /// <summary>Whether an option's value is for nobody to see: passphrases, keys and tokens, of whatever store.</summary>
    internal static bool IsSecret(string name) =>
        name.Contains("pass", StringComparison.Ordinal) || name.Contains("secret", StringComparison.Ordinal) || name.Contains("token", StringComparison.Ordinal)
        || name.EndsWith("-key", StringComparison.Ordinal);

    // "4GiB", "1024MB", "1t": a letter is what counts, and all are powers of 1024 (pgBackRest's reference, size).
    private static long? Size(string? text)
    {
        var digits = text?.TakeWhile(char.IsAsciiDigit).Count() ?? 0;
        return digits == 0 || !long.TryParse(text![..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? null
            : number << (10 * Math.Max(0, "bkmgtp".IndexOf(char.ToLowerInvariant(digits < text.Length ? text[digits] : 'b'))));
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
