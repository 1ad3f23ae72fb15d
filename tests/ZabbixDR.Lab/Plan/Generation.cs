namespace ZabbixDR.Lab;

/// <summary>All that differs between the Debian releases that a lab host can run.</summary>
/// <param name="Name">The release's code name, as the package archive spells it.</param>
/// <param name="PostgresVersion">The PostgreSQL major version that it packages.</param>
/// <param name="ExtraPackages">Packages that only this release has.</param>
public sealed record Generation(string Name, int PostgresVersion, params string[] ExtraPackages)
{
    public static IReadOnlyList<Generation> All { get; } =
    [
        new("bookworm", 15),
        new("trixie", 17),
        new("forky", 18) { Unfit = "its hosts boot, but Patroni's unit is killed at its start, for a reason not found yet" },
    ];

    /// <summary>What keeps a lab of this release from coming up; null where nothing does.</summary>
    public string? Unfit { get; private init; }

    public static Generation Default => Find("trixie");

    public static Generation Find(string name) => All.FirstOrDefault(generation => generation.Name == name)
        ?? throw new LabException($"no generation '{name}'; known are {string.Join(", ", All.Select(generation => generation.Name))}");

    /// <summary>What debootstrap installs: enough for a host that boots.</summary>
    public static IReadOnlyList<string> BasePackages { get; } =
        ["ca-certificates", "systemd", "systemd-sysv", "dbus", "iproute2", "procps"];

    /// <summary>What apt installs: the deployment's programs, then what tests use to judge it independently.</summary>
    public IReadOnlyList<string> Packages =>
    [
        "etcd-server", "patroni", "python3-etcd", $"postgresql-{PostgresVersion}", "pgbackrest", "zabbix-server-pgsql",
        "openssh-server", "sudo", "cron",
        "etcd-client", "curl", "faketime", "iputils-ping", "jq", "python3", "rsync", "tar", "zstd",
        .. ExtraPackages,
    ];
}
