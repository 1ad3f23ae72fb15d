using System.Globalization;

namespace ZabbixDR.Engine.Topology;

/// <summary>Reads what the file says of pgBackRest.</summary>
/// <param name="secret">Reads where a secret is found.</param>
/// <param name="nodes">The nodes of the file.</param>
internal sealed class PgBackRestSection(Func<YamlSection, string, SecretReference?> secret, IReadOnlyList<DrTopologyNode> nodes)
{
    private const int MostRepositories = 256;
    private const int MostKept = 9999999;
    private readonly List<DrTopologyNode> _hosts = [.. nodes.Where(node => node.Roles.Contains(NodeRole.Repository))];

    /// <summary>Reads the section; null where there is none.</summary>
    public PgBackRestSettings? Read(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var repositories = WithHosts(ReadRepositories(section), section);
        var (full, diff) = ReadRetention(section);
        var settings = new PgBackRestSettings
        {
            Stanza = section.RequiredText("stanza") ?? "",
            ConfigFile = section.NodePath("configFile"),
            HostUser = section.Text("hostUser") ?? PgBackRestSettings.DefaultHostUser,
            Repository = repositories is [var first, ..] ? first : new RepositorySettings { Type = default, Path = "" },
            OtherRepositories = repositories.Count > 1 ? [.. repositories.Skip(1)] : [],
            RetentionFull = full,
            RetentionDiff = diff,
            CipherPass = secret(section, "cipherPass"),
            Options = ReadOptions(section),
        };
        section.RejectOthers();
        return settings;
    }

    private static PgBackRestOptions ReadOptions(YamlSection section) => new()
    {
        ProcessMax = section.Integer("processMax", 1, 999),
        CompressType = section.Word("compressType", PgBackRestOptions.CompressTypes),
        CompressLevel = section.Integer("compressLevel", 0, 22),
        StartFast = section.Flag("startFast"),
        Delta = section.Flag("delta"),
        ArchiveAsync = section.Flag("archiveAsync"),
        ArchiveTimeout = section.Duration("archiveTimeout"),
        IoTimeout = section.Duration("ioTimeout"),
        ProtocolTimeout = section.Duration("protocolTimeout"),
        LogPath = section.NodePath("logPath"),
        LockPath = section.NodePath("lockPath"),
        SpoolPath = section.NodePath("spoolPath"),
        LogLevelConsole = section.Word("logLevelConsole", PgBackRestOptions.LogLevels),
        LogLevelFile = section.Word("logLevelFile", PgBackRestOptions.LogLevels),
    };

    // One repository stands under repository, several under repositories by their numbers.
    private List<RepositorySettings> ReadRepositories(YamlSection section)
    {
        var several = section.Section("repositories");
        if (several is null)
        {
            return section.RequiredSection("repository") is { } only ? [ReadRepository(only, 1)] : [];
        }

        if (section.Section("repository") is not null)
        {
            section.Error("repositories", "pgbackrest.repository and pgbackrest.repositories exclude each other: give the one the number 1 under repositories.");
            return [];
        }

        var read = several.Named().Select(one => ReadRepository(one.Section, NumberOf(one.Name, section))).OrderBy(one => one.Number).ToList();
        if (read.Count == 0)
        {
            section.Error("repositories", "pgbackrest.repositories must name at least one: 1: { type: posix, path: /backup }.");
        }

        return read;
    }

    private static int NumberOf(string name, YamlSection section)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostRepositories)
        {
            return number;
        }

        section.Error("repositories", () => $"pgbackrest.repositories.{name}: a repository is named by its number, from 1 to {MostRepositories}.");
        return 1;
    }

    private RepositorySettings ReadRepository(YamlSection section, int number)
    {
        var type = section.Choice<RepositoryType>("type");
        if (type is null)
        {
            section.Error("type", () => $"{section.Path}.type must be posix, nfs or s3.");
            return new RepositorySettings { Type = default, Path = "", Number = number };
        }

        var (full, diff) = ReadRetention(section);
        var settings = OfType(section, type.Value) with
        {
            Number = number,
            Host = HostOf(section),
            Bundle = section.Flag("bundle"),
            Block = section.Flag("block"),
            RetentionFull = full,
            RetentionDiff = diff,
            CipherPass = secret(section, "cipherPass"),
        };
        if (settings is { Block: true, Bundle: not true })
        {
            section.Error("block", () => $"{section.Path}.block needs bundle: true.");
        }

        section.RejectOthers();
        return settings;
    }

    private RepositorySettings OfType(YamlSection section, RepositoryType type) => type switch
    {
        RepositoryType.Posix => new RepositorySettings
        {
            Type = RepositoryType.Posix,
            Path = section.RequiredNodePath("path") ?? "",
            Mount = MountAbove(section, section.NodePath("path")),
            FileSystem = section.Text("fileSystem"),
            Device = DeviceOf(section),
            MountOptions = section.Text("mountOptions"),
        },
        RepositoryType.Nfs => new RepositorySettings
        {
            Type = RepositoryType.Nfs,
            Mount = section.RequiredNodePath("mount"),
            Path = section.NodePath("path") ?? section.NodePath("mount") ?? "",
            Server = section.RequiredText("server"),
            Export = section.RequiredNodePath("export"),
            MountOptions = section.Text("mountOptions"),
        },
        _ => new RepositorySettings
        {
            Type = RepositoryType.S3,
            Path = section.NodePath("path") ?? "/pgbackrest",
            Endpoint = section.RequiredText("endpoint"),
            Bucket = section.RequiredText("bucket"),
            Region = section.RequiredText("region"),
            Key = secret(section, "key"),
            KeySecret = secret(section, "keySecret"),
            KeyType = section.Word("keyType", RepositorySettings.KeyTypes),
            UriStyle = section.Word("uriStyle", RepositorySettings.UriStyles),
            Role = section.Text("role"),
            StoragePort = section.Integer("storagePort", 1, 65535),
            CaFile = section.NodePath("caFile"),
            VerifyTls = section.Flag("verifyTls"),
        },
    };

    private string? HostOf(YamlSection section)
    {
        var named = section.Text("host");
        if (named is not null && _hosts.All(node => node.Name != named))
        {
            section.Error("host", () => $"{section.Path}.host must be a node with role repository{(_hosts.Count == 0 ? ", and there is none" : $": {YamlSection.Listed(_hosts.Select(node => node.Name))}")}.");
        }

        return named;
    }

    // The one repository host that there is works on every repository, unless the file says of any of them which host it has.
    private List<RepositorySettings> WithHosts(List<RepositorySettings> repositories, YamlSection section)
    {
        if (_hosts.Count == 0 || repositories.Any(repository => repository.Host is not null))
        {
            return repositories;
        }

        if (_hosts.Count > 1)
        {
            section.Error("stanza", () => $"{YamlSection.Listed(_hosts.Select(node => node.Name))} have the role repository: say with host which repository is whose.");
        }

        return [.. repositories.Select(repository => repository with { Host = _hosts[0].Name })];
    }

    private static string? DeviceOf(YamlSection section)
    {
        var device = section.Text("device");
        if (device is not null && (section.Text("fileSystem") is null || section.Text("mount") is null))
        {
            section.Error("device", () => $"{section.Path}.device needs mount and fileSystem beside it.");
        }

        return device;
    }

    private static string? MountAbove(YamlSection section, string? path)
    {
        var mount = section.NodePath("mount");
        if (mount is not null && path is not null && path != mount && !path.StartsWith(mount.TrimEnd('/') + "/", StringComparison.Ordinal))
        {
            section.Error("mount", () => $"{section.Path}.mount must be the repository's path or a directory above it.");
        }

        return mount;
    }

    private static (int? Full, int? Diff) ReadRetention(YamlSection section)
    {
        var retention = section.Section("retention");
        var read = (retention?.Integer("full", 1, MostKept), retention?.Integer("diff", 1, MostKept));
        retention?.RejectOthers();
        return read;
    }
}
