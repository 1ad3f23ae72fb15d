namespace ZabbixDR.Engine.Topology;

/// <summary>Where a family of systems keeps what its packages bring, and how their units are called.</summary>
public sealed record PlatformLayout
{
    /// <summary>Debian and what is made after it: its own packages, and those of apt.postgresql.org.</summary>
    public static PlatformLayout Debian { get; } = new()
    {
        Name = "Debian",
        PatroniConfigFile = "/etc/patroni/config.yml",
        PostgresDataDirectory = version => $"/var/lib/postgresql/{version}/main",
        PostgresBinDirectory = version => $"/usr/lib/postgresql/{version}/bin",
        EtcdConfigFile = "/etc/default/etcd",
        EtcdDataDirectory = "/var/lib/etcd/default",
    };

    /// <summary>RHEL 9, Rocky 9 and their kin: the packages of yum.postgresql.org (PGDG).</summary>
    public static PlatformLayout RedHat { get; } = new()
    {
        Name = "RHEL",
        PatroniConfigFile = "/etc/patroni/patroni.yml",
        PostgresDataDirectory = version => $"/var/lib/pgsql/{version}/data",
        PostgresBinDirectory = version => $"/usr/pgsql-{version}/bin",
        EtcdConfigFile = "/etc/etcd/etcd.conf",
        EtcdDataDirectory = "/var/lib/etcd/default.etcd",
    };

    /// <summary>The family.</summary>
    public required string Name { get; init; }

    /// <summary>Patroni's configuration file, as its packaged unit names it.</summary>
    public required string PatroniConfigFile { get; init; }

    /// <summary>The data directory of a major version of PostgreSQL.</summary>
    public required Func<int, string> PostgresDataDirectory { get; init; }

    /// <summary>The directory of its programs.</summary>
    public required Func<int, string> PostgresBinDirectory { get; init; }

    /// <summary>etcd's configuration, as its packaged unit reads it.</summary>
    public required string EtcdConfigFile { get; init; }

    /// <summary>etcd's data directory.</summary>
    public required string EtcdDataDirectory { get; init; }

    /// <summary>
    /// pgBackRest's configuration files, the first that exists is the one: its own default, then the one of before 2.00, which both
    /// families' packages still bring (pgbackrest.org, configuration reference, "config").
    /// </summary>
    public IReadOnlyList<string> PgBackRestConfigFiles { get; } = ["/etc/pgbackrest/pgbackrest.conf", "/etc/pgbackrest.conf"];

    /// <summary>Patroni's unit.</summary>
    public string PatroniUnit { get; } = "patroni.service";

    /// <summary>etcd's unit.</summary>
    public string EtcdUnit { get; } = "etcd.service";

    /// <summary>The Zabbix server's unit.</summary>
    public string ZabbixServerUnit { get; } = "zabbix-server.service";

    /// <summary>The Zabbix server's configuration file.</summary>
    public string ZabbixServerConfigFile { get; } = "/etc/zabbix/zabbix_server.conf";

    /// <summary>The layout of a system, by what it is, else by what it is made after; null for a system of no known family.</summary>
    public static PlatformLayout? Of(OsRelease system) => system.Like.Prepend(system.Id).Select(ByName).FirstOrDefault(layout => layout is not null);

    private static PlatformLayout? ByName(string id) => id switch
    {
        "debian" or "ubuntu" => Debian,
        "rhel" or "centos" or "rocky" or "almalinux" or "fedora" or "ol" => RedHat,
        _ => null,
    };
}
