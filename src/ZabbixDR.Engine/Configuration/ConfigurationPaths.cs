namespace ZabbixDR.Engine.Configuration;

/// <summary>What is backed up from a node, by its roles. From step 7a of the source document, with the units, cron entries and scripts that its other steps install.</summary>
public static class ConfigurationPaths
{
    // Every node may run a Zabbix agent.
    private static readonly ConfigurationPath[] s_everywhere =
    [
        Optional("/etc/zabbix"),
        .. Unit("zabbix-agent"),
        .. Unit("zabbix-agent2"),
    ];

    private static readonly Dictionary<NodeRole, ConfigurationPath[]> s_byRole = new()
    {
        [NodeRole.ZabbixServer] =
        [
            Required("/etc/zabbix"),
            Optional("/usr/lib/zabbix/alertscripts"),
            Optional("/usr/lib/zabbix/externalscripts"),
            Optional("/etc/cron.d/zabbix-config-backup"),
            Optional("/usr/local/bin/zabbix-config-backup.sh"),
            .. Unit("zabbix-server"),
        ],
        [NodeRole.Proxy] = [Required("/etc/zabbix"), Optional("/usr/lib/zabbix/externalscripts"), .. Unit("zabbix-proxy")],
        [NodeRole.Frontend] =
        [
            Optional("/etc/httpd/conf.d/zabbix.conf"),
            Optional("/etc/apache2/conf-available/zabbix.conf"),
            Optional("/etc/nginx/conf.d/zabbix.conf"),
            Optional("/etc/php-fpm.d/zabbix.conf"),
        ],
        [NodeRole.Postgres] =
        [
            Optional("/etc/patroni"),
            Optional("/etc/pgbackrest"),
            Optional("/etc/pgbackrest.conf"),
            Optional("/etc/cron.d/pgbackrest-backup"),
            Optional("/etc/cron.d/pgbackrest-verify"),
            .. Unit("patroni"),
        ],
        [NodeRole.Etcd] =
        [
            Optional("/etc/etcd"),
            Optional("/etc/default/etcd"),
            Optional("/etc/cron.d/etcd-backup"),
            Optional("/usr/local/bin/etcd-backup.sh"),
            .. Unit("etcd"),
        ],
        [NodeRole.Repository] = [Optional("/etc/pgbackrest"), Optional("/etc/pgbackrest.conf")],
    };

    /// <summary>What is asked of a node: each path once, required where one of its roles requires it, in ordinal order.</summary>
    public static IReadOnlyList<ConfigurationPath> For(DrTopologyNode node, DrTopology topology)
    {
        IEnumerable<ConfigurationPath> asked = node.Roles.SelectMany(role => s_byRole.GetValueOrDefault(role, [])).Concat(s_everywhere);
        if (topology.Patroni is { } patroni && node.Roles.Contains(NodeRole.Postgres))
        {
            // Both Debian's and PGDG's packages for RHEL keep it in this folder, under names of their own.
            asked = asked.Append(Required(patroni.ConfigFile ?? "/etc/patroni"));
        }

        return
        [
            .. asked.GroupBy(path => path.Path, StringComparer.Ordinal)
                .Select(same => new ConfigurationPath(same.Key, same.All(path => path.Optional)))
                .OrderBy(path => path.Path, StringComparer.Ordinal),
        ];
    }

    // The whole unit where an administrator wrote one, and the drop-ins beside a packaged one.
    private static ConfigurationPath[] Unit(string service) =>
        [Optional($"/etc/systemd/system/{service}.service"), Optional($"/etc/systemd/system/{service}.service.d")];

    private static ConfigurationPath Required(string path) => new(path, Optional: false);

    private static ConfigurationPath Optional(string path) => new(path, Optional: true);
}
