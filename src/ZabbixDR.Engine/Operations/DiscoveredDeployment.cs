using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>What one node told of its deployment, put together.</summary>
internal sealed class DiscoveredDeployment(
    string path, string? name, string address, AccessSettings access, PlatformLayout layout, string patroniConfigFile, PatroniFile patroniFile)
{
    private const int VersionFactor = 10000;
    private readonly Dictionary<string, string> _notes = DraftDefaults.Notes();
    private IReadOnlyList<PatroniMember> _members = [];
    private IReadOnlyList<EtcdMemberEntry> _etcd = [];
    private IReadOnlyList<ZabbixHaNode> _servers = [];
    private PgBackRestSettings? _pgBackRest;
    private int _version;

    public PlatformLayout Layout => layout;

    public PatroniFile PatroniFile => patroniFile;

    public void Take(PatroniCluster cluster)
    {
        _members = cluster.Members;
        _version = cluster.Members.Select(member => member.ServerVersion).FirstOrDefault(version => version is not null) / VersionFactor ?? 0;
    }

    public void Take(IReadOnlyList<EtcdMemberEntry> members) => _etcd = members;

    public void Take(IReadOnlyList<ZabbixHaNode> servers) => _servers = servers;

    public void Take(PgBackRestFile file, string configFile)
    {
        _pgBackRest = new PgBackRestSettings
        {
            Stanza = file.Stanzas is [var first, ..] ? first : DraftDefaults.Cluster,
            ConfigFile = configFile,
            Repository = Repository(file),
            RetentionFull = file.RetentionFull,
            RetentionDiff = file.RetentionDiff,
            CipherPass = file.IsEncrypted ? DraftDefaults.Variable(DraftDefaults.CipherPassVariable) : null,
        };
        if (file.IsEncrypted)
        {
            _notes["pgbackrest.cipherPass"] = DraftDefaults.Provide("The repository's passphrase", DraftDefaults.CipherPassVariable);
        }

        if (_pgBackRest.Repository.Type == RepositoryType.Posix)
        {
            _notes["pgbackrest.repository"] = "Where this directory is an NFS mount, write type: nfs with server, export and mount.";
        }
    }

    public PatroniSettings Patroni() => new()
    {
        Scope = patroniFile.Scope ?? DraftDefaults.Cluster,
        Namespace = patroniFile.Namespace ?? new PatroniSettings { Scope = "" }.Namespace,
        ConfigFile = patroniConfigFile,
        RestPort = patroniFile.RestPort ?? new PatroniSettings { Scope = "" }.RestPort,
    };

    public PostgresSettings Postgres()
    {
        var usual = new PostgresSettings { Version = _version };
        return usual with
        {
            DataDirectory = patroniFile.DataDirectory,
            Port = patroniFile.PostgresPort ?? usual.Port,
            SocketDirectory = patroniFile.SocketDirectory is { } directory && directory.StartsWith('/') ? directory : usual.SocketDirectory,
        };
    }

    public TopologyDraft Draft()
    {
        var nodes = Nodes();
        _notes["sites"] = "Guessed: the hosts of one network stand at one place. Correct it, and the nodes' sites with it.";
        var topology = new DrTopology
        {
            Name = name ?? Patroni().Scope,
            Path = path,
            Access = access,
            Sites = [.. nodes.Select(node => node.Site).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(site => new DrSite(site, null))],
            Nodes = nodes,
            Postgres = Postgres(),
            Patroni = Patroni(),
            Etcd = patroniFile.EtcdHosts.Count == 0 ? null : Etcd(),
            PgBackRest = _pgBackRest,
        };
        return new TopologyDraft(DraftDefaults.Complete(topology), _notes);
    }

    private List<DrTopologyNode> Nodes()
    {
        var hosts = _members.Select(member => (member.Name, Address: member.Host ?? address, Role: NodeRole.Postgres))
            .Concat(EtcdHosts().Select(host => (host.Name, host.Address, Role: NodeRole.Etcd)))
            .Concat(_servers.Select(server => (Name: server.Name.Length > 0 ? server.Name : "zabbix-server", server.Address, Role: NodeRole.ZabbixServer)))
            .ToList();
        var sites = SiteGuess.Of(hosts.Select(host => host.Address));
        return
        [
            .. hosts.GroupBy(host => host.Name, StringComparer.OrdinalIgnoreCase)
                .Select(same => new DrTopologyNode(same.Key, sites[same.First().Address], same.First().Address, null, [.. same.Select(host => host.Role).Distinct()])),
        ];
    }

    private IEnumerable<(string Name, string Address)> EtcdHosts() => _etcd.Count > 0
        ? _etcd.Where(member => member.Name.Length > 0)
            .Select(member => (member.Name, PatroniFile.HostAndPort(member.ClientUrls is [var url, ..] ? url : null).Host ?? member.Name))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
        : patroniFile.EtcdHosts.Select((host, index) => ($"etcd-{index + 1}", PatroniFile.HostAndPort(host).Host ?? host));

    private EtcdSettings Etcd()
    {
        var usual = new EtcdSettings();
        if (patroniFile.EtcdUser is not null)
        {
            _notes["etcd.password"] = DraftDefaults.Provide("The password", DraftDefaults.EtcdPasswordVariable);
        }

        return usual with
        {
            ClientPort = PatroniFile.HostAndPort(patroniFile.EtcdHosts[0]).Port ?? usual.ClientPort,
            CaFile = Copy("etcd.caFile", patroniFile.EtcdUsesTls ? patroniFile.EtcdCaFile : null, "ca.crt"),
            CertFile = Copy("etcd.certFile", patroniFile.EtcdCertFile, "client.crt"),
            KeyFile = Copy("etcd.keyFile", patroniFile.EtcdKeyFile, "client.key"),
            User = patroniFile.EtcdUser,
            Password = patroniFile.EtcdUser is null ? null : DraftDefaults.Variable(DraftDefaults.EtcdPasswordVariable),
        };
    }

    // What lies on the node is no file of this machine: a person must bring it here.
    private string? Copy(string key, string? onNode, string file)
    {
        if (onNode is null)
        {
            return null;
        }

        _notes[key] = $"On {address} it is {onNode}: copy it here, or issue one of this machine's own.";
        return Path.Combine(Path.GetDirectoryName(path) ?? "/", "etcd", file);
    }

    private static RepositorySettings Repository(PgBackRestFile file) => file.RepositoryType == "s3"
        ? new RepositorySettings
        {
            Type = RepositoryType.S3,
            Path = file.RepositoryPath,
            Endpoint = file.Endpoint,
            Bucket = file.Bucket,
            Region = file.Region,
            Key = file.KeyType is null or RepositorySettings.SharedKeys ? DraftDefaults.Variable("BACKUP_S3_KEY") : null,
            KeySecret = file.KeyType is null or RepositorySettings.SharedKeys ? DraftDefaults.Variable("BACKUP_S3_SECRET") : null,
            KeyType = file.KeyType,
            UriStyle = file.UriStyle,
        }
        : new RepositorySettings { Type = RepositoryType.Posix, Path = file.RepositoryPath };
}
