using System.Globalization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What pgbackrest.conf says on a node with a PostgreSQL server, as the topology has it.</summary>
internal static class ConfigurationContent
{
    private const string Global = "global";

    /// <summary>The options.</summary>
    /// <param name="settings">What the topology says of pgBackRest.</param>
    /// <param name="postgres">What it says of PostgreSQL.</param>
    /// <param name="dataDirectory">The data directory on the node.</param>
    /// <param name="secret">Finds a secret, given what it is for.</param>
    public static IReadOnlyList<ConfigurationEntry> Of(
        PgBackRestSettings settings, PostgresSettings postgres, string dataDirectory, Func<SecretReference, string, string> secret) =>
    [
        .. settings.Repositories.SelectMany(repository => OfRepository(repository, secret)),
        .. OfOptions(settings.Options),
        new(settings.Stanza, "pg1-path", dataDirectory, "postgres.dataDirectory", IsDefault: false),
        new(settings.Stanza, "pg1-port", Text(postgres.Port), "postgres.port", IsDefault: false),
        new(settings.Stanza, "pg1-socket-path", postgres.SocketDirectory, "postgres.socketDirectory", IsDefault: false),
    ];

    /// <summary>A whole file of them.</summary>
    public static ConfigurationText Whole(IEnumerable<ConfigurationEntry> entries)
    {
        var text = ConfigurationText.Parse("# Written by ZabbixDR from the topology file: Install-PgBackRestConfiguration.\n");
        foreach (var entry in entries)
        {
            text.Set(entry.Section, entry.Name, entry.Value);
        }

        return text;
    }

    /// <summary>A file with them in it, and all else as it was.</summary>
    public static ConfigurationText Merged(string old, IEnumerable<ConfigurationEntry> entries)
    {
        var text = ConfigurationText.Parse(old);
        foreach (var entry in entries.Where(entry => !entry.IsMetBy(text.Find(entry.Section, entry.Name))))
        {
            text.Set(entry.Section, entry.Name, entry.Value);
        }

        return text;
    }

    private static IEnumerable<ConfigurationEntry> OfRepository(RepositorySettings repository, Func<SecretReference, string, string> secret)
    {
        ConfigurationEntry? Option(string name, string? value, string key) =>
            value is null ? null : new(Global, $"repo{repository.Number}-{name}", value, key.Contains('.', StringComparison.Ordinal) ? key : $"pgbackrest.repository.{key}", IsDefault: false);
        string? Secret(SecretReference? reference, string what) => reference is null ? null : secret(reference, $"{what} of pgBackRest's repository {repository.Number}");
        var isS3 = repository.Type == RepositoryType.S3;
        return new[]
        {
            Option("type", isS3 ? "s3" : "posix", "type")! with { IsImplied = !isS3 },
            Option("path", repository.Path, repository.Type == RepositoryType.Nfs ? "mount" : "path"),
            Option("s3-endpoint", repository.Endpoint, "endpoint"),
            Option("s3-bucket", repository.Bucket, "bucket"),
            Option("s3-region", repository.Region, "region"),
            Option("s3-key-type", repository.KeyType, "keyType"),
            Option("s3-role", repository.Role, "role"),
            Option("s3-key", Secret(repository.Key, "the access key"), "key"),
            Option("s3-key-secret", Secret(repository.KeySecret, "the secret key"), "keySecret"),
            Option("s3-uri-style", repository.UriStyle, "uriStyle"),
            Option("storage-port", repository.StoragePort is { } port ? Text(port) : null, "storagePort"),
            Option("storage-ca-file", repository.CaFile, "caFile"),
            Option("storage-verify-tls", Text(repository.VerifyTls), "verifyTls"),
            Option("bundle", Text(repository.Bundle), "bundle"),
            Option("block", Text(repository.Block), "block"),
            Option("retention-full", repository.RetentionFull is { } full ? Text(full) : null, "pgbackrest.retention.full"),
            Option("retention-diff", repository.RetentionDiff is { } diff ? Text(diff) : null, "pgbackrest.retention.diff"),
            Option("cipher-type", repository.CipherPass is null ? null : "aes-256-cbc", "pgbackrest.cipherPass"),
            Option("cipher-pass", Secret(repository.CipherPass, "the passphrase"), "pgbackrest.cipherPass"),
        }.OfType<ConfigurationEntry>();
    }

    // Where the topology says nothing, what the source document has; and nothing where it has nothing either.
    private static IEnumerable<ConfigurationEntry> OfOptions(PgBackRestOptions options)
    {
        ConfigurationEntry? Option(string name, string? value, string key, string? otherwise = null) =>
            (value ?? otherwise) is { } text ? new(Global, name, text, $"pgbackrest.{key}", IsDefault: value is null) : null;
        return new[]
        {
            Option("process-max", options.ProcessMax is { } processes ? Text(processes) : null, "processMax", "4"),
            Option("start-fast", Text(options.StartFast), "startFast", "y"),
            Option("delta", Text(options.Delta), "delta", "y"),
            Option("compress-type", options.CompressType, "compressType", "zst"),
            Option("compress-level", options.CompressLevel is { } level ? Text(level) : null, "compressLevel", options.CompressType is null or "zst" ? "3" : null),
            Option("archive-async", Text(options.ArchiveAsync), "archiveAsync"),
            Option("archive-timeout", Seconds(options.ArchiveTimeout), "archiveTimeout"),
            Option("io-timeout", Seconds(options.IoTimeout), "ioTimeout"),
            Option("protocol-timeout", Seconds(options.ProtocolTimeout), "protocolTimeout"),
            Option("log-path", options.LogPath, "logPath"),
            Option("lock-path", options.LockPath, "lockPath"),
            Option("spool-path", options.SpoolPath, "spoolPath"),
            Option("log-level-console", options.LogLevelConsole, "logLevelConsole", "info"),
            Option("log-level-file", options.LogLevelFile, "logLevelFile", "detail"),
        }.OfType<ConfigurationEntry>();
    }

    private static string? Seconds(TimeSpan? time) => time is { } value ? Text((int)value.TotalSeconds) : null;

    private static string? Text(bool? flag) => flag is { } value ? value ? "y" : "n" : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
