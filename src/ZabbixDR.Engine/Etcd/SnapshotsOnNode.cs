using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Etcd;

/// <summary>The copies of snapshots in a directory of a node.</summary>
internal static class SnapshotsOnNode
{
    private const int HashDigits = 64;

    // bbolt's pages are multiples of this; what is left over is the checksum (etcdutl's snapshot/v3_snapshot.go).
    private const int SizeUnit = 512;

    // Whole in the sudo rule of those who only look, so nothing in it varies but the directory, which the topology names; and without
    // quotes, which sudoers(5) takes in no argument: an empty IFS and set -f keep names whole instead. A copy that is being written
    // has another ending. A line: size, time, with verify the SHA-256 as it is and as the last 32 bytes say it, and the name.
    private const string Script =
        "IFS=; set -f; [ -d $1 ] || exit 0; cd $1 || exit 1; set +f; for f in " + SnapshotName.Prefix + "*" + SnapshotName.Extension + "; do set -f; [ -f $f ] || continue; s=-; "
        + "if [ $2 = verify ]; then s=$(head -c -32 $f | sha256sum | cut -c 1-64)$(tail -c 32 $f | od -An -v -tx1 | tr -cd 0-9a-f); fi; "
        + "stat -c %s/%Y/$s/%n $f; done";

    /// <summary>How long a node may take to read so much: 10 MiB a second, which a poor disk or line gives, and half a minute to begin with.</summary>
    public static TimeSpan TimeFor(long size) => TimeSpan.FromSeconds(30 + (size / (10 * 1024 * 1024)));

    /// <summary>The sudo rules that looking needs.</summary>
    public static IEnumerable<SudoRule> ObservingRules(string directory) =>
        new[] { Command(directory, "list"), Command(directory, "verify") }.Select(command => SudoRule.Of(command, "/usr/bin/sh", new Dictionary<string, string>()));

    /// <summary>Lists them, the newest first; none where there is no such directory.</summary>
    /// <param name="node">The node.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="verify">True to have the node compute each file's checksum; it takes as long as reading them.</param>
    /// <param name="members">The names that members have.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<IReadOnlyList<EtcdSnapshotFile>> ListAsync(
        INode node, string directory, bool verify, IReadOnlyList<string> members, CancellationToken cancellation)
    {
        var listed = await RunAsync(node, directory, Command(directory, "list"), members, cancellation).ConfigureAwait(false);
        return verify && listed.Count > 0
            ? await RunAsync(node, directory, Command(directory, "verify") with { TimeLimit = TimeFor(listed.Sum(file => file.Size)) }, members, cancellation).ConfigureAwait(false)
            : listed;
    }

    private static async Task<IReadOnlyList<EtcdSnapshotFile>> RunAsync(
        INode node, string directory, ObservingCommand command, IReadOnlyList<string> members, CancellationToken cancellation)
    {
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return [.. result.Lines.Select(line => Parse(node.Name, directory, line, members)).OrderByDescending(file => file.CreatedAt)];
    }

    private static EtcdSnapshotFile Parse(string node, string directory, string line, IReadOnlyList<string> members)
    {
        var fields = line.Split('/', 4);
        var size = long.Parse(fields[0], CultureInfo.InvariantCulture);
        var (at, member) = SnapshotName.Read(fields[3], members);
        var file = new EtcdSnapshotFile
        {
            Node = node,
            Path = $"{directory.TrimEnd('/')}/{fields[3]}",
            Member = member,
            CreatedAt = at ?? DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[1], CultureInfo.InvariantCulture)),
            Size = size,
        };
        return fields[2] == "-" ? file : Judge(file, size % SizeUnit, fields[2]);
    }

    private static EtcdSnapshotFile Judge(EtcdSnapshotFile file, long surplus, string sums) => surplus switch
    {
        0 => file with { Status = EtcdSnapshotStatus.ChecksumMissing, Reason = "It has no checksum at its end: nothing proves that it is whole." },
        not SnapshotHash.ChecksumSize => file with { Status = EtcdSnapshotStatus.Truncated, Reason = "Its size is not that of a database and a checksum: it is cut. Do not restore from it." },
        _ when sums[..HashDigits] == sums[HashDigits..] => file with { Status = EtcdSnapshotStatus.Valid },
        _ => file with { Status = EtcdSnapshotStatus.ChecksumMismatch, Reason = "Its content is not what was saved: the SHA-256 differs. Do not restore from it." },
    };

    private static ObservingCommand Command(string directory, string work) =>
        new("sh", "-c", Script, "sh", directory, work) { User = "root", Title = $"{work} etcd snapshots in {directory}" };
}
