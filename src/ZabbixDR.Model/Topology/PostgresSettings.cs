namespace ZabbixDR;

/// <summary>PostgreSQL on the nodes with role postgres.</summary>
public sealed record PostgresSettings
{
    /// <summary>The major version, such as 16.</summary>
    public required int Version { get; init; }

    /// <summary>The data directory, absolute on the node; null where the node's platform decides.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The directory of the server's programs, absolute on the node; null where the node's platform decides.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The port; it names the Unix socket too.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>The directory of the server's Unix socket on the node.</summary>
    public string SocketDirectory { get; init; } = "/var/run/postgresql";

    /// <summary>Zabbix's database.</summary>
    public string Database { get; init; } = "zabbix";

    /// <summary>The operating-system user that owns the server, and by peer authentication its superuser.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>
    /// The role, and by peer authentication the operating-system user, that looks at the server: a member of pg_monitor, the login user of
    /// those who only look (New-DrSudoRule prints its SQL). Null: <see cref="User"/>.
    /// </summary>
    public string? MonitorUser { get; init; }

    /// <summary>Who looks at the server: <see cref="MonitorUser"/>, or else <see cref="User"/>.</summary>
    public string Reader => MonitorUser ?? User;
}
