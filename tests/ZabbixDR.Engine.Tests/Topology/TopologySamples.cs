using System.Text.RegularExpressions;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

/// <summary>Files of a topology, and what the reader asks of them.</summary>
internal static partial class TopologySamples
{
    private const string OfPosix = "{ type: posix, host: backup-1, path: /backup/zabbix, mount: /backup, device: /dev/sdb1, fileSystem: xfs, mountOptions: noatime, bundle: true, block: true, retention: { full: 2, diff: 3 }, cipherPass: env:P }";
    private const string OfS3 = "{ type: s3, path: /zabbix, endpoint: s3.example, bucket: b, region: eu, key: env:K, keySecret: env:S, keyType: shared, uriStyle: path, role: backup, storagePort: 9000, caFile: /etc/ssl/s3.pem, verifyTls: true }";
    private const string OfNfs = "{ type: nfs, server: 10.9.0.1, export: /export, mount: /mnt, path: /mnt/zabbix, mountOptions: ro }";

    /// <summary>Every key but those of the other kinds of repository.</summary>
    public static string Whole { get; } = Read("whole.yaml");

    /// <summary>The lab's, with the placeholders that its builder fills.</summary>
    public static string Lab { get; } = Filled().Replace(
        Read("lab.yaml").Replace("{{sites}}", "  A: {}\n  B: {}", StringComparison.Ordinal).Replace("{{etcd3Site}}", "B", StringComparison.Ordinal)
            .Replace("{{otherServers}}", "", StringComparison.Ordinal).Replace("{{etcd3Address}}", "10.77.2.13", StringComparison.Ordinal),
        "17");

    /// <summary>Files which together have every key that there is.</summary>
    public static IEnumerable<string> EveryKey =>
        [Whole, Repository().Replace(Whole, $"repository: {OfPosix}"), Repository().Replace(Whole, $"repository: {OfS3}"), Repository().Replace(Whole, $"repositories: {{ 1: {OfPosix}, 2: {OfS3}, 3: {OfNfs} }}")];

    /// <summary>Every key that the reader asks for, with <c>*</c> where a name of the user's own stands.</summary>
    public static IReadOnlySet<string> Keys { get; } = EveryKey.SelectMany(KeysOf).ToHashSet();

    public static string SchemaFile { get; } = Path.Combine(AppContext.BaseDirectory, "Topology", "zabbixdr.schema.json");

    private static HashSet<string> KeysOf(string text)
    {
        var findings = new TopologyFindings("/etc/zdr/zabbixdr.yaml");
        Assert.NotNull(TopologyReader.Build(text, findings));
        return findings.Asked;
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Topology", name));

    [GeneratedRegex(@"repository: \{[^}]*\}")]
    private static partial Regex Repository();

    [GeneratedRegex(@"\{\{\w+\}\}")]
    private static partial Regex Filled();
}
