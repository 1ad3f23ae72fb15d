namespace ZabbixDR.Engine.Topology;

/// <summary>Turns the file's mappings into the topology's records.</summary>
internal sealed class TopologyBuilder
{
    private const string EnvironmentPrefix = "env:";
    private const string FilePrefix = "file:";
    private const string VaultPrefix = "vault:";
    private readonly TopologyFindings _findings;
    private readonly string _folder;

    public TopologyBuilder(TopologyFindings findings)
    {
        _findings = findings;
        _folder = Path.GetDirectoryName(findings.File) ?? "/";
    }

    public DrTopology Build(YamlSection root)
    {
        root.RequiredInteger("version", 1, 1);
        var sites = ReadSites(root.RequiredSection("sites"));
        var nodes = ReadNodes(root.RequiredSection("nodes"), sites);
        var topology = new DrTopology
        {
            Name = root.RequiredText("name") ?? "",
            Path = _findings.File,
            Access = ReadAccess(root.RequiredSection("access")),
            Sites = sites,
            Nodes = nodes,
            Postgres = ReadPostgres(root.Section("postgres")),
            Patroni = ReadPatroni(root.Section("patroni")),
            Etcd = ReadEtcd(root.Section("etcd")),
            PgBackRest = new PgBackRestSection(Secret, nodes).Read(root.Section("pgbackrest")),
            Zabbix = ReadZabbix(root.Section("zabbix")),
            Configuration = ReadConfiguration(root.Section("configuration")),
            Approval = ReadApproval(root.Section("approval")),
            Hooks = ReadHooks(root.Section("hooks")),
            Objectives = ReadObjectives(root.Section("objectives")),
        };
        root.Unused("hooks", "objectives");
        root.RejectOthers();
        TopologyRules.Check(topology, root);
        return topology;
    }

    private static List<DrSite> ReadSites(YamlSection? section)
    {
        var sites = new List<DrSite>();
        foreach (var (name, site) in section?.Named() ?? [])
        {
            var text = site.Text("frontend");
            if (text is not null && !Uri.IsWellFormedUriString(text, UriKind.Absolute))
            {
                site.Error("frontend", $"sites.{name}.frontend must be an absolute address: https://10.1.0.100.");
            }

            sites.Add(new DrSite(name, Uri.TryCreate(text, UriKind.Absolute, out var frontend) ? frontend : null));
            site.RejectOthers();
        }

        return sites;
    }

    // machine-id(5): 32 lower-case hexadecimal digits.
    private static string? ReadMachineId(string name, YamlSection node)
    {
        var id = node.Text("machineId");
        if (id is not null && (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower)))
        {
            node.Error("machineId", () => $"nodes.{name}.machineId must be the 32 hexadecimal digits of the node's /etc/machine-id.");
        }

        return id;
    }

    private static List<DrTopologyNode> ReadNodes(YamlSection? section, List<DrSite> sites)
    {
        var nodes = new List<DrTopologyNode>();
        var known = sites.Select(site => site.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, node) in section?.Named() ?? [])
        {
            var site = node.RequiredText("site") ?? "";
            if (site.Length > 0 && !known.Contains(site))
            {
                node.Error("site", () => $"nodes.{name}.site: there is no site {site}.{Nearest.Hint(site, known)} Sites: {YamlSection.Listed(sites.Select(one => one.Name))}.");
            }

            nodes.Add(new DrTopologyNode(
                name,
                site,
                node.RequiredText("address") ?? "",
                node.Integer("sshPort", 1, 65535),
                node.RequiredChoices<NodeRole>("roles"))
            {
                MachineId = ReadMachineId(name, node),
            });
            node.RejectOthers();
        }

        return nodes;
    }

    private AccessSettings ReadAccess(YamlSection? section)
    {
        var access = new AccessSettings
        {
            User = section?.Text("user"),
            IdentityFile = Absolute(section?.Text("identityFile")),
            IdentityPassphrase = section is null ? null : Secret(section, "identityPassphrase"),
            KnownHostsFile = Absolute(section?.Text("knownHostsFile")),
            SshConfigFile = section?.Text("sshConfigFile") is { } config && config != AccessSettings.NoSshConfig ? Absolute(config) : section?.Text("sshConfigFile"),
            BecomeMethod = section?.Choice<BecomeMethod>("becomeMethod") ?? BecomeMethod.Sudo,
            BecomePassword = section is null ? null : Secret(section, "becomePassword"),
            ConnectTimeout = section?.Integer("connectTimeout", 1, 600) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        section?.RejectOthers();
        return access;
    }

    private static PostgresSettings? ReadPostgres(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var defaults = new PostgresSettings { Version = 0 };
        var settings = new PostgresSettings
        {
            Version = section.RequiredInteger("version", 12, 99) ?? 0,
            DataDirectory = section.NodePath("dataDirectory"),
            BinDirectory = section.NodePath("binDirectory"),
            Port = section.Integer("port", 1, 65535) ?? defaults.Port,
            SocketDirectory = section.NodePath("socketDirectory") ?? defaults.SocketDirectory,
            Database = section.Text("database") ?? defaults.Database,
            User = section.Text("user") ?? defaults.User,
            MonitorUser = section.Text("monitorUser"),
        };
        section.RejectOthers();
        return settings;
    }

    private PatroniSettings? ReadPatroni(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var rest = section.Section("rest");
        var defaults = new PatroniSettings { Scope = "" };
        var settings = new PatroniSettings
        {
            Scope = section.RequiredText("scope") ?? "",
            Namespace = section.Text("namespace") ?? defaults.Namespace,
            ConfigFile = section.NodePath("configFile"),
            Unit = section.Text("unit"),
            RestPort = rest?.Integer("port", 1, 65535) ?? defaults.RestPort,
            RestVia = rest?.Choice<AccessRoute>("via") ?? defaults.RestVia,
            RestCaFile = Absolute(rest?.Text("caFile")),
            RestCertFile = Absolute(rest?.Text("certFile")),
            RestKeyFile = Absolute(rest?.Text("keyFile")),
            RestUser = rest?.Text("user"),
            RestPassword = rest is null ? null : Secret(rest, "password"),
        };
        rest?.RejectOthers();
        section.RejectOthers();
        return settings;
    }

    private EtcdSettings? ReadEtcd(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var snapshots = section.Section("snapshots");
        var defaults = new EtcdSettings();
        var settings = new EtcdSettings
        {
            ClientPort = section.Integer("clientPort", 1, 65535) ?? defaults.ClientPort,
            Unit = section.Text("unit"),
            DataDirectory = section.NodePath("dataDirectory"),
            Via = section.Choice<AccessRoute>("via") ?? defaults.Via,
            CaFile = Absolute(section.Text("caFile")),
            CertFile = Absolute(section.Text("certFile")),
            KeyFile = Absolute(section.Text("keyFile")),
            User = section.Text("user"),
            Password = Secret(section, "password"),
            SnapshotDirectory = Absolute(snapshots?.Text("directory")),
            SnapshotCopies = snapshots?.Texts("copies") ?? defaults.SnapshotCopies,
            SnapshotNodeDirectory = snapshots?.NodePath("nodeDirectory") ?? defaults.SnapshotNodeDirectory,
            SnapshotKeepDays = snapshots?.Integer("keepDays", 1, 36500) ?? defaults.SnapshotKeepDays,
        };
        snapshots?.RejectOthers();
        section.RejectOthers();
        return settings;
    }

    private ZabbixSettings? ReadZabbix(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var tls = section.Section("tls");
        var settings = new ZabbixSettings
        {
            ServerUnit = section.Text("serverUnit"),
            ServerConfigFile = section.NodePath("serverConfigFile"),
            Domain = section.Text("domain"),
            DnsTtl = section.Integer("dnsTtl", 1, int.MaxValue) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            TlsCertificate = Absolute(tls?.Text("certificate")),
            TlsKey = Absolute(tls?.Text("key")),
            TlsCa = Absolute(tls?.Text("ca")),
        };
        tls?.RejectOthers();
        section.Unused("serverConfigFile");
        section.RejectOthers();
        return settings;
    }

    private ConfigurationSettings? ReadConfiguration(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var settings = new ConfigurationSettings(Absolute(section.RequiredText("directory")) ?? "", section.Integer("keepDays", 1, 36500) ?? 30);
        section.RejectOthers();
        return settings;
    }

    private ApprovalSettings? ReadApproval(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var settings = new ApprovalSettings(Absolute(section.RequiredText("allowedSigners")) ?? "", section.Flag("required") is true);
        section.RejectOthers();
        return settings;
    }

    private static HookSettings? ReadHooks(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var settings = new HookSettings { Fence = section.Text("fence"), DnsUpdate = section.Text("dnsUpdate"), Notify = section.Text("notify") };
        section.RejectOthers();
        return settings;
    }

    private static List<RecoveryObjective> ReadObjectives(YamlSection? section)
    {
        var objectives = new List<RecoveryObjective>();
        foreach (var scenario in section is null ? [] : Enum.GetValues<FailureScenario>())
        {
            if (section!.Section(YamlSection.Dashed(scenario.ToString())) is { } objective)
            {
                objectives.Add(new RecoveryObjective(scenario, objective.Duration("rpo"), objective.Duration("rto")));
                objective.RejectOthers();
            }
        }

        section?.RejectOthers();
        return objectives;
    }

    private SecretReference? Secret(YamlSection section, string key)
    {
        var text = section.Text(key);
        switch (text)
        {
            case null:
                return null;
            case not null when text.StartsWith(EnvironmentPrefix, StringComparison.Ordinal):
                return new SecretReference(SecretSource.Env, text[EnvironmentPrefix.Length..]);
            case not null when text.StartsWith(FilePrefix, StringComparison.Ordinal):
                return new SecretReference(SecretSource.File, Absolute(text[FilePrefix.Length..])!);
            case not null when text.StartsWith(VaultPrefix, StringComparison.Ordinal):
                return new SecretReference(SecretSource.Vault, text[VaultPrefix.Length..]);
            default:
                // The value itself is not repeated: it may well be the secret.
                section.Error(key, $"{key} must say where the secret is, not what it is: env:NAME, file:PATH or vault:NAME.");
                return null;
        }
    }

    private string? Absolute(string? path)
    {
        if (path is null)
        {
            return null;
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.GetFullPath(path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path, _folder);
    }
}
