using System.Text.RegularExpressions;

namespace ZabbixDR.Lab;

/// <summary>One host of a lab.</summary>
/// <param name="Name">Its host name, and its key in the topology file.</param>
/// <param name="Site">A, B or C.</param>
/// <param name="Address">Its only address.</param>
/// <param name="Role">etcd, postgres or zabbix-server: the folder of hosts/ that describes it.</param>
public sealed record LabHost(string Name, string Site, string Address, string Role);

/// <summary>What a lab is to look like: which hosts, where, of which generation.</summary>
public sealed partial record LabPlan
{
    public const string EtcdRole = "etcd";
    public const string PostgresRole = "postgres";
    public const string ZabbixRole = "zabbix-server";

    public const int FewestServers = 2;
    public const int MostServers = 3;

    public LabPlan(string name, Generation generation, string etcd3Site, int servers = FewestServers)
    {
        if (!ValidName().IsMatch(name)) throw new LabException($"'{name}' cannot name a lab: up to 12 small letters and digits");
        if (servers is < FewestServers or > MostServers) throw new LabException($"a lab has {FewestServers} or {MostServers} PostgreSQL hosts, not {servers}");
        (Name, Generation, Etcd3Site, Servers) = (name, generation, etcd3Site, servers);
        Hosts =
        [
            new("etcd-1", "A", "10.77.1.11", EtcdRole),
            new("etcd-2", "B", "10.77.2.12", EtcdRole),
            new("etcd-3", etcd3Site, $"10.77.{SiteNumber(etcd3Site)}.13", EtcdRole),
            new("pg-siteA", "A", "10.77.1.21", PostgresRole),
            new("pg-siteB", "B", "10.77.2.22", PostgresRole),
            .. servers == MostServers ? [new LabHost("pg-siteB2", "B", "10.77.2.23", PostgresRole)] : Array.Empty<LabHost>(),
            new("zbx-siteA", "A", "10.77.1.31", ZabbixRole),
            new("zbx-siteB", "B", "10.77.2.32", ZabbixRole),
        ];
    }

    public string Name { get; }

    public Generation Generation { get; }

    /// <summary>The site of the third etcd member, which decides who survives alone.</summary>
    public string Etcd3Site { get; }

    /// <summary>How many PostgreSQL hosts there are.</summary>
    public int Servers { get; }

    public IReadOnlyList<LabHost> Hosts { get; }

    /// <summary>What tells the labs of one generation apart, as part of a file's name.</summary>
    public string Layout => $"etcd3{Etcd3Site}{(Servers == FewestServers ? "" : $"-pg{Servers}")}";

    public IReadOnlyList<string> Sites => [.. Hosts.Select(host => host.Site).Distinct().Order()];

    public IEnumerable<LabHost> WithRole(string role) => Hosts.Where(host => host.Role == role);

    public LabHost Host(string name) => Hosts.FirstOrDefault(host => host.Name == name)
        ?? throw new LabException($"no host '{name}' in this lab; it has {string.Join(", ", Hosts.Select(host => host.Name))}");

    /// <summary>The host of that name, or every host of the site of that name.</summary>
    public IReadOnlyList<LabHost> HostOrSite(string name) =>
        Sites.Contains(name) ? [.. Hosts.Where(host => host.Site == name)] : [Host(name)];

    /// <summary>The site's subnet in CIDR notation.</summary>
    public static string Subnet(string site) => $"10.77.{SiteNumber(site)}.0/24";

    /// <summary>The router's address at the site, which the operator's packets come from.</summary>
    public static string Gateway(string site) => $"10.77.{SiteNumber(site)}.1";

    private static int SiteNumber(string site) => site switch
    {
        "A" => 1,
        "B" => 2,
        "C" => 3,
        _ => throw new LabException($"no site '{site}'; a lab has A and B, and C where etcd-3 is placed there"),
    };

    // No hyphen: the namespaces of a host, zdr-NAME-HOST, must not be mistaken for another lab's router.
    [GeneratedRegex("^[a-z0-9]{1,12}$")]
    private static partial Regex ValidName();
}
