using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using ZabbixDR.Engine.Nodes.Secrets;
using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Patroni;

/// <summary>
/// What a member's patroni.yml says. Only what is named here is taken out of the file: none of its passwords is
/// held here, and a file that cannot be read is not quoted.
/// </summary>
public sealed record PatroniFile
{
    /// <summary>The cluster's name.</summary>
    public string? Scope { get; init; }

    /// <summary>The DCS prefix, without a slash at its end, as the topology writes it.</summary>
    public string? Namespace { get; init; }

    /// <summary>The member's name.</summary>
    public string? Name { get; init; }

    /// <summary>The port of the REST interface.</summary>
    public int? RestPort { get; init; }

    /// <summary>True where the REST interface speaks TLS.</summary>
    public bool RestUsesTls { get; init; }

    /// <summary>etcd's members as the file lists them: host and port.</summary>
    public IReadOnlyList<string> EtcdHosts { get; init; } = [];

    /// <summary>True where etcd is spoken to with TLS.</summary>
    public bool EtcdUsesTls { get; init; }

    /// <summary>The authority of etcd's certificates.</summary>
    public string? EtcdCaFile { get; init; }

    /// <summary>The client certificate for etcd.</summary>
    public string? EtcdCertFile { get; init; }

    /// <summary>Its key.</summary>
    public string? EtcdKeyFile { get; init; }

    /// <summary>The etcd user.</summary>
    public string? EtcdUser { get; init; }

    /// <summary>PostgreSQL's data directory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>PostgreSQL's port.</summary>
    public int? PostgresPort { get; init; }

    /// <summary>The first directory of PostgreSQL's Unix sockets.</summary>
    public string? SocketDirectory { get; init; }

    /// <summary>Reads the file's text.</summary>
    /// <param name="node">The node that it is from.</param>
    /// <param name="path">The file there.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="DrException"><c>PatroniFileUnreadable</c>.</exception>
    public static PatroniFile Parse(string node, string path, string text)
    {
        try
        {
            return YamlShape.Load(text).Documents is [{ RootNode: YamlMappingNode root }]
                ? Read(root)
                : throw PatroniFileUnreadable(node, path, 1, null);
        }
        catch (YamlException error)
        {
            throw PatroniFileUnreadable(node, path, (int)error.Start.Line, error);
        }
    }

    /// <summary>The password of the etcd user in the file's text, for the one who sets that user up again; null where there is none.</summary>
    /// <exception cref="DrException"><c>PatroniFileUnreadable</c>.</exception>
    public static Secret? EtcdPassword(string node, string path, string text)
    {
        _ = Parse(node, path, text);
        var root = YamlShape.Load(text).Documents[0].RootNode;
        return Text(root, "etcd3", "password") is { Length: > 0 } password ? new Secret(password) : null;
    }

    private static PatroniFile Read(YamlMappingNode root)
    {
        var (_, restPort) = HostAndPort(Text(root, "restapi", "connect_address") ?? Text(root, "restapi", "listen"));
        var (_, port) = HostAndPort(Text(root, "postgresql", "connect_address") ?? Text(root, "postgresql", "listen"));
        var etcd = Child(root, "etcd3") is null ? "etcd" : "etcd3";
        return new PatroniFile
        {
            Scope = Text(root, "scope"),
            Namespace = Text(root, "namespace")?.TrimEnd('/'),
            Name = Text(root, "name"),
            RestPort = restPort,
            RestUsesTls = Text(root, "restapi", "certfile") is not null,
            EtcdHosts = Hosts(Child(root, etcd, "hosts") ?? Child(root, etcd, "host")),
            EtcdUsesTls = Text(root, etcd, "protocol") == "https",
            EtcdCaFile = Text(root, etcd, "cacert"),
            EtcdCertFile = Text(root, etcd, "cert"),
            EtcdKeyFile = Text(root, etcd, "key"),
            EtcdUser = Text(root, etcd, "username"),
            DataDirectory = Text(root, "postgresql", "data_dir"),
            PostgresPort = port,
            SocketDirectory = Text(root, "postgresql", "parameters", "unix_socket_directories")?.Split(',')[0].Trim(),
        };
    }

    // A list, or one text with commas (patroni.readthedocs.io, YAML settings, Etcd).
    private static string[] Hosts(YamlNode? node) => node switch
    {
        YamlSequenceNode list => [.. list.Children.OfType<YamlScalarNode>().Select(host => host.Value ?? "")],
        YamlScalarNode { Value: { } text } => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        _ => [],
    };

    /// <summary>Takes host:port apart, an IPv6 address in brackets included; of several listen addresses the first.</summary>
    internal static (string? Host, int? Port) HostAndPort(string? text)
    {
        var one = text?[(text.LastIndexOf('/') + 1)..];
        var colon = one?.LastIndexOf(':') ?? -1;
        return colon > 0 && int.TryParse(one![(colon + 1)..], out var port) ? (one[..colon].Split(',')[0].Trim('[', ']'), port) : (one, null);
    }

    private static string? Text(YamlNode root, params string[] keys) => (Child(root, keys) as YamlScalarNode)?.Value;

    private static YamlNode? Child(YamlNode root, params string[] keys) => keys.Aggregate(
        (YamlNode?)root,
        (node, key) => node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null);

    private static DrException PatroniFileUnreadable(string node, string path, int line, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Reading {path}",
        $"line {line}: this is not the YAML of a Patroni member",
        "Correct the file; patroni --validate-config tells what is wrong in it.",
        cause);
}
