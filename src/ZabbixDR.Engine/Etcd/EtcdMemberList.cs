using System.Globalization;
using System.Net;
using Etcdserverpb;

namespace ZabbixDR.Engine.Etcd;

/// <summary>The members as the cluster knows them, beside the nodes that the topology means by them.</summary>
public sealed class EtcdMemberList
{
    private const string NamedOrLocated = "no node with role etcd has its name or its address";

    private EtcdMemberList(IReadOnlyList<EtcdMember> members, IReadOnlyList<string> absent)
    {
        Members = members;
        Absent = absent;
    }

    /// <summary>The members, by name.</summary>
    public IReadOnlyList<EtcdMember> Members { get; }

    /// <summary>The names of the topology's nodes with role etcd that are no member.</summary>
    public IReadOnlyList<string> Absent { get; }

    /// <summary>The member that a person means by its id, its name in etcd, or its node's name; null where there is none.</summary>
    public EtcdMember? Find(string text) =>
        Members.FirstOrDefault(member => string.Equals(member.Id, text, StringComparison.OrdinalIgnoreCase))
        ?? Members.FirstOrDefault(member => member.Name == text)
        ?? Members.FirstOrDefault(member => string.Equals(member.Node, text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Puts the two together.</summary>
    /// <param name="members">What a member answered.</param>
    /// <param name="nodes">The topology's nodes with role etcd.</param>
    /// <param name="answeredBy">Which member.</param>
    internal static EtcdMemberList Of(IReadOnlyCollection<Member> members, IReadOnlyList<DrTopologyNode> nodes, string answeredBy)
    {
        var known = members.Select(member => (Member: member, Node: NodeOf(member, nodes))).ToList();
        var cluster = known.Exists(one => NameOf(one.Member, one.Node) is null)
            ? null
            : string.Join(',', known.SelectMany(one => one.Member.PeerURLs.Select(url => $"{NameOf(one.Member, one.Node)}={url}")).Order(StringComparer.Ordinal));
        return new EtcdMemberList(
            [.. known.Select(one => Describe(one.Member, one.Node, cluster, answeredBy)).OrderBy(member => member.Name ?? member.Node ?? member.Id, StringComparer.Ordinal)],
            [.. nodes.Where(node => !known.Exists(one => one.Node == node)).Select(node => node.Name)]);
    }

    private static EtcdMember Describe(Member member, DrTopologyNode? node, string? cluster, string answeredBy) => new()
    {
        Id = member.ID.ToString("x", CultureInfo.InvariantCulture),
        Name = member.Name.Length > 0 ? member.Name : null,
        Node = node?.Name,
        Site = node?.Site,
        IsLearner = member.IsLearner,
        IsStarted = member.Name.Length > 0,
        PeerUrls = [.. member.PeerURLs.Select(ToUri)],
        ClientUrls = [.. member.ClientURLs.Select(ToUri)],
        Mismatch = Mismatch(member, node),
        InitialCluster = cluster,
        AnsweredBy = answeredBy,
    };

    private static string? NameOf(Member member, DrTopologyNode? node) => member.Name.Length > 0 ? member.Name : node?.Name;

    private static DrTopologyNode? NodeOf(Member member, IReadOnlyList<DrTopologyNode> nodes) =>
        nodes.FirstOrDefault(node => node.Name == member.Name)
        ?? nodes.FirstOrDefault(node => Hosts(member).Contains(node.Address, StringComparer.OrdinalIgnoreCase));

    private static string? Mismatch(Member member, DrTopologyNode? node) => node switch
    {
        null => $"The topology does not know it: {NamedOrLocated}.",
        _ when member.Name.Length > 0 && member.Name != node.Name => $"etcd calls it {member.Name}, and the topology {node.Name}.",

        // A name and an address may well be of the same host; two addresses may be as well, and then it is worth a look.
        _ when IsAddress(node.Address) && Hosts(member).ToList() is var hosts && hosts.TrueForAll(IsAddress) && !hosts.Contains(node.Address) =>
            $"etcd reaches it at {string.Join(", ", hosts)}, and the topology at {node.Address}.",
        _ => null,
    };

    private static bool IsAddress(string host) => IPAddress.TryParse(host, out _);

    private static IEnumerable<string> Hosts(Member member) =>
        member.PeerURLs.Concat(member.ClientURLs).Select(ToUri).Where(url => url.IsAbsoluteUri).Select(url => url.IdnHost).Distinct();

    // etcd checks what it is given; what it says is shown, whatever it is.
    private static Uri ToUri(string url) => new(url, UriKind.RelativeOrAbsolute);
}
