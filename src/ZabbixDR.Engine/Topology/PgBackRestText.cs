namespace ZabbixDR.Engine.Topology;

/// <summary>Writes what a topology says of pgBackRest.</summary>
internal static class PgBackRestText
{
    /// <summary>Writes the section; nothing where there is none.</summary>
    public static void Write(YamlWriter text, PgBackRestSettings? settings)
    {
        if (settings is null)
        {
            return;
        }

        text.Section("pgbackrest", null, () =>
        {
            text.Value("stanza", settings.Stanza);
            text.Value("configFile", settings.ConfigFile);
            text.Value("hostUser", settings.HostUser == PgBackRestSettings.DefaultHostUser ? null : settings.HostUser);
            WriteRepositories(text, settings);
            WriteRetention(text, settings.RetentionFull, settings.RetentionDiff);
            text.Secret("cipherPass", settings.CipherPass);
            WriteOptions(text, settings.Options);
        });
    }

    private static void WriteRepositories(YamlWriter text, PgBackRestSettings settings)
    {
        if (settings is { OtherRepositories: [], Repository.Number: 1 })
        {
            text.Section("repository", null, () => WriteRepository(text, settings.Repository));
            return;
        }

        text.Section("repositories", null, () =>
        {
            foreach (var repository in settings.OtherRepositories.Prepend(settings.Repository))
            {
                text.Section($"{repository.Number}", null, () => WriteRepository(text, repository));
            }
        });
    }

    private static void WriteRepository(YamlWriter text, RepositorySettings repository)
    {
        text.Value("type", YamlSection.Dashed(repository.Type.ToString()));
        text.Value("host", repository.Host);
        text.Value("server", repository.Server);
        text.Value("export", repository.Export);
        text.Value("mount", repository.Mount);
        text.Value("device", repository.Device);
        text.Value("mountOptions", repository.MountOptions);
        text.Value("fileSystem", repository.FileSystem);
        text.Value("path", repository.Type == RepositoryType.Nfs && repository.Path == repository.Mount ? null : repository.Path);
        text.Value("endpoint", repository.Endpoint);
        text.Value("bucket", repository.Bucket);
        text.Value("region", repository.Region);
        text.Secret("key", repository.Key);
        text.Secret("keySecret", repository.KeySecret);
        text.Value("keyType", repository.KeyType);
        text.Value("uriStyle", repository.UriStyle);
        text.Value("role", repository.Role);
        text.Value("storagePort", repository.StoragePort);
        text.Value("caFile", repository.CaFile);
        text.Flag("verifyTls", repository.VerifyTls);
        text.Flag("bundle", repository.Bundle);
        text.Flag("block", repository.Block);
        WriteRetention(text, repository.RetentionFull, repository.RetentionDiff);
        text.Secret("cipherPass", repository.CipherPass);
    }

    private static void WriteRetention(YamlWriter text, int? full, int? diff)
    {
        if (full is not null || diff is not null)
        {
            text.Section("retention", null, () =>
            {
                text.Value("full", full);
                text.Value("diff", diff);
            });
        }
    }

    private static void WriteOptions(YamlWriter text, PgBackRestOptions options)
    {
        text.Value("processMax", options.ProcessMax);
        text.Value("compressType", options.CompressType);
        text.Value("compressLevel", options.CompressLevel);
        text.Flag("startFast", options.StartFast);
        text.Flag("delta", options.Delta);
        text.Flag("archiveAsync", options.ArchiveAsync);
        text.Duration("archiveTimeout", options.ArchiveTimeout);
        text.Duration("ioTimeout", options.IoTimeout);
        text.Duration("protocolTimeout", options.ProtocolTimeout);
        text.Value("logPath", options.LogPath);
        text.Value("lockPath", options.LockPath);
        text.Value("spoolPath", options.SpoolPath);
        text.Value("logLevelConsole", options.LogLevelConsole);
        text.Value("logLevelFile", options.LogLevelFile);
    }
}
