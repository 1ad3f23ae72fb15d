using System.Globalization;

namespace ZabbixDR.Engine.Topology;

/// <summary>Makes a topology from the source document's own names and their values.</summary>
public static class PlaceholderDraft
{
    private const string PostgresA = "pg-siteA";
    private const string PostgresB = "pg-siteB";
    private static readonly string[] s_secrets = ["BACKUP_S3_KEY", "BACKUP_S3_SECRET", DraftDefaults.CipherPassVariable, DraftDefaults.EtcdPasswordVariable];

    /// <summary>Makes it. Values of secrets are not looked at, only whether there are any.</summary>
    /// <param name="path">The file that it will be, absolute.</param>
    /// <param name="name">The deployment's name.</param>
    /// <param name="access">How nodes are reached.</param>
    /// <param name="values">The values by the document's names, without braces.</param>
    /// <exception cref="DrException"><c>PlaceholderUnknown</c>, <c>PlaceholderInvalid</c>.</exception>
    public static TopologyDraft Make(string path, string name, AccessSettings access, IReadOnlyDictionary<string, string> values)
    {
        var unknown = values.Keys.FirstOrDefault(key => !Placeholders.Keys.ContainsKey(key));
        if (unknown is not null)
        {
            throw PlaceholderUnknown(unknown);
        }

        var given = values.Where(pair => pair.Value.Length > 0).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        var notes = DraftDefaults.Notes();
        var nodes = Nodes(given);
        foreach (var host in nodes.Where(node => node.Address == node.Name))
        {
            notes[$"nodes.{host.Name}"] = "The source document names this host and gives no address: write one where the name does not resolve.";
        }

        foreach (var secret in s_secrets.Where(given.ContainsKey))
        {
            notes[Placeholders.Keys[secret]] = DraftDefaults.Provide("Its value", secret);
        }

        notes["postgres"] = "The source document's version.";
        var topology = new DrTopology
        {
            Name = name,
            Path = path,
            Access = access,
            Sites = [.. nodes.Select(node => node.Site).Distinct().Order(StringComparer.Ordinal).Select(site => new DrSite(site, site == "B" ? Frontend(given) : null))],
            Nodes = nodes,
            Postgres = new PostgresSettings { Version = 16 },
            Patroni = new PatroniSettings { Scope = DraftDefaults.Cluster },
            Etcd = Etcd(path, given),
            PgBackRest = PgBackRest(given),
            Zabbix = Zabbix(path, given),
        };
        return new TopologyDraft(DraftDefaults.Complete(topology), notes);
    }

    private static List<DrTopologyNode> Nodes(Dictionary<string, string> given)
    {
        var nodes = new List<DrTopologyNode>
        {
            new(PostgresA, "A", PostgresA, null, [NodeRole.Postgres]),
            new(PostgresB, "B", PostgresB, null, [NodeRole.Postgres]),
        };
        var (first, second) = (given.GetValueOrDefault("ETCD_1_IP"), given.GetValueOrDefault("ETCD_2_IP"));
        AddEtcd("etcd-1", first, "A");
        AddEtcd("etcd-2", second, "B");
        var third = given.GetValueOrDefault("ETCD_3_IP");
        AddEtcd("etcd-3", third, SiteOfThird(Network(third), Network(first), Network(second)));
        nodes.Add(new("zabbix-node-siteA", "A", "zabbix-node-siteA", null, [NodeRole.ZabbixServer, NodeRole.Frontend]));
        nodes.Add(new("zabbix-node-siteB", "B", "zabbix-node-siteB", null, [NodeRole.ZabbixServer, NodeRole.Frontend]));
        return nodes;

        void AddEtcd(string name, string? address, string site) => nodes.Add(new(name, site, address ?? name, null, [NodeRole.Etcd]));
    }

    private static string SiteOfThird(string? third, string? first, string? second) => third switch
    {
        null => "C",
        _ when third == first => "A",
        _ when third == second => "B",
        _ => "C",
    };

    private static string? Network(string? address) => SiteGuess.Network(address ?? "");

    private static Uri? Frontend(Dictionary<string, string> given)
    {
        var text = given.GetValueOrDefault("VIP_FRONTEND_B");
        return text is null ? null
            : Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var address) ? address
            : throw PlaceholderInvalid("VIP_FRONTEND_B", "no address");
    }

    private static EtcdSettings Etcd(string path, Dictionary<string, string> given) => new()
    {
        CaFile = Here(path, given.GetValueOrDefault("ETCD_CA_CERT_PATH")),
        User = given.ContainsKey(DraftDefaults.EtcdPasswordVariable) ? "root" : null,
        Password = Secret(given, DraftDefaults.EtcdPasswordVariable),
    };

    private static PgBackRestSettings PgBackRest(Dictionary<string, string> given) => new()
    {
        Stanza = DraftDefaults.Cluster,
        Repository = given.GetValueOrDefault("BACKUP_TYPE", "nfs") switch
        {
            var type when type.Equals("nfs", StringComparison.OrdinalIgnoreCase) => new RepositorySettings
            {
                Type = RepositoryType.Nfs,
                Path = Needed(given, "BACKUP_NFS_MOUNT"),
                Mount = Needed(given, "BACKUP_NFS_MOUNT"),
                Server = Needed(given, "BACKUP_NFS_SERVER"),
                Export = Needed(given, "BACKUP_NFS_PATH"),
            },
            var type when type.Equals("s3", StringComparison.OrdinalIgnoreCase) => new RepositorySettings
            {
                Type = RepositoryType.S3,
                Path = "/pgbackrest",
                Endpoint = Needed(given, "BACKUP_S3_ENDPOINT"),
                Bucket = Needed(given, "BACKUP_S3_BUCKET"),
                Region = Needed(given, "BACKUP_S3_REGION"),
                Key = DraftDefaults.Variable("BACKUP_S3_KEY"),
                KeySecret = DraftDefaults.Variable("BACKUP_S3_SECRET"),
            },
            _ => throw PlaceholderInvalid("BACKUP_TYPE", "neither nfs nor s3"),
        },
        RetentionFull = Number(given, "BACKUP_RETENTION_FULL"),
        RetentionDiff = Number(given, "BACKUP_RETENTION_DIFF"),
        CipherPass = Secret(given, DraftDefaults.CipherPassVariable),
    };

    private static ZabbixSettings Zabbix(string path, Dictionary<string, string> given) => new()
    {
        Domain = given.GetValueOrDefault("DOMAIN"),
        DnsTtl = Number(given, "DNS_TTL") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        TlsCertificate = Here(path, given.GetValueOrDefault("SSL_CERT_PATH")),
        TlsKey = Here(path, given.GetValueOrDefault("SSL_KEY_PATH")),
        TlsCa = Here(path, given.GetValueOrDefault("SSL_CA_PATH")),
    };

    private static string? Here(string path, string? file) => file is null ? null : Path.GetFullPath(file, Path.GetDirectoryName(path) ?? "/");

    private static SecretReference? Secret(Dictionary<string, string> given, string name) => given.ContainsKey(name) ? DraftDefaults.Variable(name) : null;

    private static string Needed(Dictionary<string, string> given, string name) => given.GetValueOrDefault(name) ?? throw PlaceholderInvalid(name, "missing");

    private static int? Number(Dictionary<string, string> given, string name) => !given.TryGetValue(name, out var text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw PlaceholderInvalid(name, "no whole number above 0");

    private static DrException PlaceholderUnknown(string name) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Taking the value of {name}",
        "the source document has no such name",
        $"{Nearest.Hint(name, Placeholders.Keys.Keys).TrimStart()} It has: {string.Join(", ", Placeholders.Keys.Keys)}.".TrimStart());

    // The value is not repeated: it may stand under the wrong name and be a secret.
    private static DrException PlaceholderInvalid(string name, string reason) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Taking the value of {name} for {Placeholders.Keys[name]}",
        $"it is {reason}",
        $"Give a value for {name}.");
}
