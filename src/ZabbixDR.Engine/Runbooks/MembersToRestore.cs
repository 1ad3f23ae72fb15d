using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Looks at the members whose data is to be made anew, and refuses what cannot be.</summary>
internal static class MembersToRestore
{
    // A member's first WAL segment, which etcd allocates whole (wal.go, SegmentSizeBytes: 64 MB).
    private const long WalSegment = 64L * 1000 * 1000;
    private const string Bump = "--bump-revision";

    /// <summary>Looks at all of them.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="size">The bytes that will lie beside each one's data, but for its first WAL segment.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>EtcdMembersDiffer</c>, <c>EtcdToolMissing</c>, <c>EtcdRoomMissing</c>, <c>EtcdDataIsMountPoint</c>, those of reading how a member is started.</exception>
    public static async Task<MemberToRestore[]> LookAsync(DeploymentSession deployment, long size, string run, CancellationToken cancellation)
    {
        var members = await Task.WhenAll(deployment.Nodes.With(NodeRole.Etcd).Select(node => LookAsync(deployment, node, size + WalSegment, run, cancellation))).ConfigureAwait(false);
        var names = string.Join(", ", members.Select(member => member.Config.Name).Order(StringComparer.Ordinal));
        return Array.Find(members, member => string.Join(", ", member.Config.MemberNames) != names) is { } other
            ? throw EtcdRestoreErrors.EtcdMembersDiffer(other, names)
            : members;
    }

    /// <summary>Each member's new data, made alike: the revision goes up on all, or, where one's tool cannot do that, on none.</summary>
    public static IEnumerable<DrPlanStep> Beside(MemberToRestore[] members, SnapshotToRestore file, string run)
    {
        var bumps = Array.TrueForAll(members, member => member.CanBump);
        return members.Select(member => RestoreBesideStep.Plan(member, file, run, bumps));
    }

    /// <summary>Finds the first of some programs that a node has.</summary>
    /// <exception cref="DrException"><c>EtcdToolMissing</c>.</exception>
    public static async Task<string> FindAsync(INode node, CancellationToken cancellation, params string[] programs)
    {
        foreach (var program in programs)
        {
            // `command` is the shell's own, hence sh.
            var found = await node.RunAsync(new ObservingCommand("sh", "-c", "command -v \"$1\"", "sh", program) { AcceptedExitCodes = [0, 1, 127] }, cancellation).ConfigureAwait(false);
            if (found.ExitCode == 0)
            {
                return found.Output.Trim();
            }
        }

        throw EtcdRestoreErrors.EtcdToolMissing(node, programs);
    }

    private static async Task<MemberToRestore> LookAsync(DeploymentSession deployment, INode node, long needed, string run, CancellationToken cancellation)
    {
        var paths = new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        var config = await Etcd.EtcdMemberConfig.ReadAsync(node, paths.EtcdUnit, cancellation).ConfigureAwait(false);
        config.RequireWalInside(node, paths.EtcdUnit);
        var tool = await FindAsync(node, cancellation, "etcdutl", "etcdctl").ConfigureAwait(false);
        var member = new MemberToRestore(node, paths.EtcdUnit, config, tool, run)
        {
            ToolVersion = await VersionAsync(node, tool, cancellation).ConfigureAwait(false),
            CanBump = await CanBumpAsync(node, tool, cancellation).ConfigureAwait(false),
            Found = await deployment.Etcd.LookAsync(node.Name, cancellation).ConfigureAwait(false) is { ClusterId: { } cluster, Version: var version }
                ? $"etcd {version} of cluster {cluster}"
                : "etcd does not answer",
        };
        var mount = await node.RunAsync(
            new ObservingCommand("mountpoint", "-q", "--", $"{config.DataDirectory}/member") { User = "root", AcceptedExitCodes = [0, 1, 32] }, cancellation).ConfigureAwait(false);
        if (mount.ExitCode == 0)
        {
            throw EtcdRestoreErrors.EtcdDataIsMountPoint(member);
        }

        var free = await FreeAsync(node, config.DataDirectory, cancellation).ConfigureAwait(false);
        return free >= needed ? member : throw EtcdRestoreErrors.EtcdRoomMissing(member, needed, free);
    }

    // "etcdctl version: 3.5.16", and lines about the API.
    private static async Task<string> VersionAsync(INode node, string tool, CancellationToken cancellation) =>
        (await node.RunAsync(new ObservingCommand("env", "ETCDCTL_API=3", tool, "version"), cancellation).ConfigureAwait(false)).Lines[0].Split(' ')[^1];

    // The tool's own word, since it came with different releases of 3.4, 3.5 and 3.6.
    private static async Task<bool> CanBumpAsync(INode node, string tool, CancellationToken cancellation)
    {
        var help = await node.RunAsync(new ObservingCommand("env", "ETCDCTL_API=3", tool, "snapshot", "restore", "--help"), cancellation).ConfigureAwait(false);
        return help.Output.Contains(Bump, StringComparison.Ordinal);
    }

    // Where the data directory is what was lost, its nearest parent that is there lies on the same file system, or on the one that will be used.
    private static async Task<long> FreeAsync(INode node, string directory, CancellationToken cancellation)
    {
        const string NearestParent = "d=$1; until [ -d \"$d\" ]; do d=${d%/*}; d=${d:-/}; done; df --block-size=1 --output=avail -- \"$d\" | tail -n 1";
        var answer = await node.RunAsync(new ObservingCommand("sh", "-c", NearestParent, "sh", directory) { User = "root" }, cancellation).ConfigureAwait(false);
        return long.Parse(answer.Output.Trim(), CultureInfo.InvariantCulture);
    }
}
