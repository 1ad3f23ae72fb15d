namespace ZabbixDR.Lab;

/// <summary>
/// The lab's network: a namespace for the router, with a bridge for each site, and one for each host. It has no way out,
/// and whoever speaks to a host does so from the router's namespace, so no packet for a lab address can leave this machine.
/// </summary>
internal sealed class LabNetwork(LabPlan plan)
{
    // The preference of the first rule that cuts two sites; one for each ordered pair of sites.
    private const int FirstCutPreference = 100;

    public string RouterNamespace { get; } = $"zdr-{plan.Name}";

    public string NamespaceOf(LabHost host) => $"{RouterNamespace}-{host.Name}";

    /// <summary>A site's bridge in the router's namespace.</summary>
    public static string BridgeOf(string site) => $"site{site}";

    /// <summary>Whether a lab of that name has a router on this machine, whoever made it.</summary>
    public static bool Exists(string lab) => File.Exists($"/run/netns/zdr-{lab}");

    public bool IsWhole => Namespaces.All(name => File.Exists($"/run/netns/{name}"));

    public async Task CreateAsync(CancellationToken cancellation)
    {
        foreach (var name in Namespaces) await IpAsync(cancellation, "netns", "add", name);
        await BatchAsync(RouterNamespace,
        [
            "link set lo up",
            .. plan.Sites.SelectMany(site => new[]
            {
                $"link add {BridgeOf(site)} type bridge forward_delay 0",
                $"addr add {LabPlan.Gateway(site)}/24 dev {BridgeOf(site)}",
                $"link set {BridgeOf(site)} up",
            }),
            .. plan.Hosts.SelectMany(host => new[]
            {
                $"link add {host.Name} type veth peer name eth0 netns {NamespaceOf(host)}",
                $"link set {host.Name} master {BridgeOf(host.Site)} up",
            }),
        ], cancellation);
        foreach (var host in plan.Hosts)
        {
            await BatchAsync(NamespaceOf(host),
            [
                "link set lo up",
                $"addr add {host.Address}/24 dev eth0",
                "link set eth0 up",
                $"route add default via {LabPlan.Gateway(host.Site)}",
            ], cancellation);
        }

        await Inside("sysctl", "-qw", "net.ipv4.ip_forward=1").RunCheckedAsync(cancellation);
    }

    public async Task DeleteAsync(CancellationToken cancellation)
    {
        foreach (var name in Namespaces.Where(name => File.Exists($"/run/netns/{name}")))
            await IpAsync(cancellation, "netns", "delete", name);
    }

    /// <summary>A program of this machine in the router's namespace. Not by way of ip netns exec, which hides the cgroups.</summary>
    public ExternalCommand Inside(params IReadOnlyList<string> argv) => new(["nsenter", $"--net=/run/netns/{RouterNamespace}", "--", .. argv]);

    public Task SetLinkAsync(LabHost host, bool up, CancellationToken cancellation) =>
        IpAsync(cancellation, "-n", RouterNamespace, "link", "set", host.Name, up ? "up" : "down");

    /// <summary>Drops every packet between the two sites, both ways and without a word, as a dead line does.</summary>
    public async Task CutAsync(string site, string other, CancellationToken cancellation)
    {
        if (site == other) throw new LabException($"site {site} cannot be cut from itself");
        var existing = await CutsAsync(cancellation);
        foreach (var (from, to) in new[] { (site, other), (other, site) }.Except(existing))
        {
            await IpAsync(cancellation, "-n", RouterNamespace, "rule", "add", "pref", $"{Preference(from, to)}",
                "from", LabPlan.Subnet(from), "to", LabPlan.Subnet(to), "blackhole");
        }
    }

    /// <summary>Undoes every cut.</summary>
    public async Task HealAsync(CancellationToken cancellation)
    {
        foreach (var (from, to) in await CutsAsync(cancellation))
            await IpAsync(cancellation, "-n", RouterNamespace, "rule", "delete", "pref", $"{Preference(from, to)}");
    }

    /// <summary>The ordered pairs of sites between which nothing passes.</summary>
    public async Task<IReadOnlyList<(string From, string To)>> CutsAsync(CancellationToken cancellation)
    {
        var rules = (await IpAsync(cancellation, "-n", RouterNamespace, "rule", "list")).Output.Split('\n')
            .Select(line => line.Split(':')[0]).ToHashSet();
        return
        [
            .. from a in plan.Sites
               from b in plan.Sites
               where a != b && rules.Contains($"{Preference(a, b)}")
               select (a, b),
        ];
    }

    private IEnumerable<string> Namespaces => plan.Hosts.Select(NamespaceOf).Prepend(RouterNamespace);

    private static int Preference(string from, string to) => FirstCutPreference + (10 * (from[0] - 'A')) + (to[0] - 'A');

    private static Task<CommandOutcome> IpAsync(CancellationToken cancellation, params IReadOnlyList<string> arguments) =>
        new ExternalCommand(["ip", .. arguments]).RunCheckedAsync(cancellation);

    private static async Task BatchAsync(string networkNamespace, IEnumerable<string> lines, CancellationToken cancellation) =>
        await new ExternalCommand("ip", "-n", networkNamespace, "-batch", "-") { Input = string.Join('\n', lines) + "\n" }.RunCheckedAsync(cancellation);
}
