using System.Globalization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What pgbackrest.conf says on a node, as the topology has it.</summary>
internal static class ConfigurationContent
{
    private const string Global = "global";

    /// <summary>The options.</summary>
    /// <param name="settings">What the topology says of pgBackRest.</param>
    /// <param name="postgres">What it says of PostgreSQL.</param>
    /// <param name="place">What pgBackRest has to do with on the node.</param>
    /// <param name="secret">Finds a secret, given what it is for.</param>
    public static IReadOnlyList<ConfigurationEntry> Of(
        PgBackRestSettings settings, PostgresSettings postgres, ConfigurationPlace place, Func<SecretReference, string, string> secret) =>
    [
        .. place.Own.SelectMany(repository => OfRepository(repository, secret)),
        .. place.Hosted.SelectMany(hosted => OfHosted(hosted, isOnly: settings.OtherRepositories.Count == 0, secret)),
        .. OfOptions(settings.Options),
        .. place.Servers.SelectMany((server, index) => OfServer(settings.Stanza, postgres, server, index + 1)),
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

    // pgBackRest asks the host for the passphrase. Where there are several repositories, its info (2.55.1, infoRender) takes down how each is
    // encrypted before it has asked all of their hosts, and cannot read what a host keeps.
    private static IEnumerable<ConfigurationEntry> OfHosted(ConfigurationPlace.HostedRepository hosted, bool isOnly, Func<SecretReference, string, string> secret) =>
    [
        new(Global, $"repo{hosted.Repository.Number}-host", hosted.Host.Address, $"nodes.{hosted.Host.Name}.address", IsDefault: false),
        new(Global, $"repo{hosted.Repository.Number}-host-user", hosted.User, "pgbackrest.hostUser", IsDefault: false),
        .. isOnly ? [] : OfCipher(hosted.Repository, secret),
    ];

    private static IEnumerable<ConfigurationEntry> OfCipher(RepositorySettings repository, Func<SecretReference, string, string> secret) =>
        repository.CipherPass is not { } reference ? [] :
        [
            new(Global, $"repo{repository.Number}-cipher-type", "aes-256-cbc", "pgbackrest.cipherPass", IsDefault: false),
            new(Global, $"repo{repository.Number}-cipher-pass", secret(reference, PurposeOf(repository, "the passphrase")), "pgbackrest.cipherPass", IsDefault: false),
        ];

    private static string PurposeOf(RepositorySettings repository, string what) => $"{what} of pgBackRest's repository {repository.Number}";

    private static IEnumerable<ConfigurationEntry> OfServer(string stanza, PostgresSettings postgres, ConfigurationPlace.Server server, int number)
    {
        ConfigurationEntry Option(string name, string value, string key) => new(stanza, $"pg{number}-{name}", value, key, IsDefault: false);
        return
        [
            .. server is { Host: { } host, User: { } user } ? [Option("host", host.Address, $"nodes.{host.Name}.address"), Option("host-user", user, "postgres.user")] : Array.Empty<ConfigurationEntry>(),
            Option("path", server.DataDirectory, "postgres.dataDirectory"),
            Option("port", Text(postgres.Port), "postgres.port"),
            Option("socket-path", postgres.SocketDirectory, "postgres.socketDirectory"),
        ];
    }

    private static IEnumerable<ConfigurationEntry> OfRepository(RepositorySettings repository, Func<SecretReference, string, string> secret)
    {
        ConfigurationEntry? Option(string name, string? value, string key) =>
            value is null ? null : new(Global, $"repo{repository.Number}-{name}", value, key.Contains('.', StringComparison.Ordinal) ? key : $"pgbackrest.repository.{key}", IsDefault: false);
        string? Secret(SecretReference? reference, string what) => reference is null ? null : secret(reference, PurposeOf(repository, what));
        var isS3 = repository.Type == RepositoryType.S3;
        return
        [
            .. new[]
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
            }.OfType<ConfigurationEntry>(),
            .. OfCipher(repository, secret),
        ];
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
