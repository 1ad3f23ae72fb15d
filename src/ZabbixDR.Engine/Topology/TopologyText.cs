
namespace ZabbixDR.Engine.Topology;

/// <summary>Writes a topology as the commented YAML that <see cref="TopologyReader"/> reads back as the same topology.</summary>
public static class TopologyText
{
    /// <summary>The text.</summary>
    /// <param name="draft">What to write.</param>
    public static string Of(TopologyDraft draft)
    {
        var topology = draft.Topology;
        var text = new YamlWriter(Path.GetDirectoryName(topology.Path) ?? "/", draft.Notes);
        text.Comment("What exists: sites, nodes, roles and paths. Connect-DrDeployment reads it, Test-DrTopology compares it with reality.");
        text.Comment("Relative paths are relative to this file's folder. Secrets are named by where they are: env:NAME, file:PATH or vault:NAME.");
        text.Value("version", 1);
        text.Value("name", topology.Name);
        WriteAccess(text, topology.Access);
        WriteSites(text, topology.Sites);
        WriteNodes(text, topology.Nodes);
        WritePostgres(text, topology.Postgres);
        WritePatroni(text, topology.Patroni);
        WriteEtcd(text, topology.Etcd);
        PgBackRestText.Write(text, topology.PgBackRest);
        WriteZabbix(text, topology.Zabbix);
        WriteConfiguration(text, topology.Configuration);
        WriteApproval(text, topology.Approval);
        WriteHooks(text, topology.Hooks);
        WriteObjectives(text, topology.Objectives);
        return text.ToString();
    }

    private static void WriteAccess(YamlWriter text, AccessSettings access)
    {
        text.Section("access", "How nodes are reached. What is left out is as ~/.ssh/config says, else as ssh does by default.", () =>
        {
            text.Value("user", access.User);
            text.File("identityFile", access.IdentityFile);
            text.Secret("identityPassphrase", access.IdentityPassphrase);
            text.File("knownHostsFile", access.KnownHostsFile);
            if (access.SshConfigFile == AccessSettings.NoSshConfig)
            {
                text.Value("sshConfigFile", access.SshConfigFile);
            }
            else
            {
                text.File("sshConfigFile", access.SshConfigFile);
            }

            text.Value("becomeMethod", YamlSection.Dashed(access.BecomeMethod.ToString()));
            text.Secret("becomePassword", access.BecomePassword);
            text.Seconds("connectTimeout", access.ConnectTimeout);
        });
    }

    private static void WriteSites(YamlWriter text, IReadOnlyList<DrSite> sites)
    {
        text.Section("sites", "The places that can be lost as a whole.", () =>
        {
            foreach (var site in sites)
            {
                text.Section(site.Name, null, () => text.Value("frontend", site.Frontend?.OriginalString));
            }
        });
    }

    private static void WriteNodes(YamlWriter text, IReadOnlyList<DrTopologyNode> nodes)
    {
        text.Section("nodes", "The hosts; for etcd and Patroni the names are the members' names.", () =>
        {
            foreach (var node in nodes)
            {
                text.Section(node.Name, null, () =>
                {
                    text.Value("site", node.Site);
                    text.Value("address", node.Address);
                    text.Value("sshPort", node.SshPort);
                    text.Value("machineId", node.MachineId);
                    text.List("roles", node.Roles.Select(role => YamlSection.Dashed(role.ToString())));
                });
            }
        });
    }

    private static void WritePostgres(YamlWriter text, PostgresSettings? postgres)
    {
        if (postgres is not null)
        {
            text.Section("postgres", "The same on every node with role postgres. Paths that are left out are as the node's system has them.", () =>
            {
                text.Value("version", postgres.Version);
                text.Value("dataDirectory", postgres.DataDirectory);
                text.Value("binDirectory", postgres.BinDirectory);
                text.Value("port", postgres.Port);
                text.Value("socketDirectory", postgres.SocketDirectory);
                text.Value("database", postgres.Database);
                text.Value("user", postgres.User);
                text.Value("monitorUser", postgres.MonitorUser);
            });
        }
    }

    private static void WritePatroni(YamlWriter text, PatroniSettings? patroni)
    {
        if (patroni is not null)
        {
            text.Section("patroni", null, () =>
            {
                text.Value("scope", patroni.Scope);
                text.Value("namespace", patroni.Namespace);
                text.Value("configFile", patroni.ConfigFile);
                text.Value("unit", patroni.Unit);
                text.Section("rest", null, () =>
                {
                    text.Value("port", patroni.RestPort);
                    text.Value("via", YamlSection.Dashed(patroni.RestVia.ToString()));
                    text.File("caFile", patroni.RestCaFile);
                    text.File("certFile", patroni.RestCertFile);
                    text.File("keyFile", patroni.RestKeyFile);
                    text.Value("user", patroni.RestUser);
                    text.Secret("password", patroni.RestPassword);
                });
            });
        }
    }

    private static void WriteEtcd(YamlWriter text, EtcdSettings? etcd)
    {
        if (etcd is not null)
        {
            text.Section("etcd", "The files are this machine's own copies.", () =>
            {
                text.Value("clientPort", etcd.ClientPort);
                text.Value("unit", etcd.Unit);
                text.Value("dataDirectory", etcd.DataDirectory);
                text.Value("via", YamlSection.Dashed(etcd.Via.ToString()));
                text.File("caFile", etcd.CaFile);
                text.File("certFile", etcd.CertFile);
                text.File("keyFile", etcd.KeyFile);
                text.Value("user", etcd.User);
                text.Secret("password", etcd.Password);
                text.Section("snapshots", null, () =>
                {
                    text.File("directory", etcd.SnapshotDirectory);
                    if (etcd.SnapshotCopies.Count > 0)
                    {
                        text.List("copies", etcd.SnapshotCopies);
                        text.Value("nodeDirectory", etcd.SnapshotNodeDirectory);
                    }

                    text.Value("keepDays", etcd.SnapshotKeepDays);
                });
            });
        }
    }

    private static void WriteZabbix(YamlWriter text, ZabbixSettings? zabbix)
    {
        if (zabbix is not null)
        {
            text.Section("zabbix", null, () =>
            {
                text.Value("serverUnit", zabbix.ServerUnit);
                text.Value("serverConfigFile", zabbix.ServerConfigFile);
                text.Value("domain", zabbix.Domain);
                text.Seconds("dnsTtl", zabbix.DnsTtl);
                if (zabbix.TlsCertificate is not null || zabbix.TlsKey is not null || zabbix.TlsCa is not null)
                {
                    text.Section("tls", null, () =>
                    {
                        text.File("certificate", zabbix.TlsCertificate);
                        text.File("key", zabbix.TlsKey);
                        text.File("ca", zabbix.TlsCa);
                    });
                }
            });
        }
    }

    private static void WriteConfiguration(YamlWriter text, ConfigurationSettings? configuration)
    {
        if (configuration is not null)
        {
            text.Section("configuration", "Archives of the nodes' configuration files, on this machine.", () =>
            {
                text.File("directory", configuration.Directory);
                text.Value("keepDays", configuration.KeepDays);
            });
        }
    }

    private static void WriteApproval(YamlWriter text, ApprovalSettings? approval)
    {
        if (approval is not null)
        {
            text.Section("approval", "Plans are approved by a second person before they are run.", () =>
            {
                text.File("allowedSigners", approval.AllowedSigners);
                text.Flag("required", approval.Required);
            });
        }
    }

    private static void WriteHooks(YamlWriter text, HookSettings? hooks)
    {
        if (hooks is not null)
        {
            text.Section("hooks", null, () =>
            {
                text.Value("fence", hooks.Fence);
                text.Value("dnsUpdate", hooks.DnsUpdate);
                text.Value("notify", hooks.Notify);
            });
        }
    }

    private static void WriteObjectives(YamlWriter text, IReadOnlyList<RecoveryObjective> objectives)
    {
        if (objectives.Count > 0)
        {
            text.Section("objectives", "How much may be lost (rpo), and how long it may take (rto).", () =>
            {
                foreach (var objective in objectives)
                {
                    text.Section(YamlSection.Dashed(objective.Scenario.ToString()), null, () =>
                    {
                        text.Duration("rpo", objective.Rpo);
                        text.Duration("rto", objective.Rto);
                    });
                }
            });
        }
    }
}
