using System.Globalization;
using System.Security.Cryptography;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Observes, and plans the return of the etcd cluster from a snapshot. All that can refuse refuses here; nothing is changed.</summary>
public static class EtcdRestorePlan
{
    /// <summary>The input that names the snapshot's file.</summary>
    internal const string SnapshotInput = "snapshot";

    /// <summary>The input that is there where -Force was given.</summary>
    internal const string ForceInput = "force";

    /// <summary>Makes the plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="snapshot">The snapshot's file on this machine, absolute.</param>
    /// <param name="force">True to take one without a checksum, without authentication, or of another deployment, and to go on where etcd refuses us now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>SnapshotNotRestorable</c>, <c>SnapshotOfAnotherCluster</c>, <c>SnapshotWithoutAuth</c>, <c>SnapshotWithoutUser</c>, <c>EtcdRefusesUs</c>,
    /// <c>EtcdPermissionDenied</c>, <c>EtcdMembersDiffer</c>, <c>EtcdToolMissing</c>, <c>EtcdRoomMissing</c>, <c>EtcdDataIsMountPoint</c>,
    /// <c>WatchdogArmed</c>, <c>SeveralServersWrite</c>, <c>PostgresUnknown</c>, and why a node cannot be reached or a running PostgreSQL not be asked.
    /// </exception>
    public static Task<DrPlan> MakeAsync(DeploymentSession deployment, string snapshot, bool force, CancellationToken cancellation) =>
        MakeAsync(deployment, snapshot, force, RunIdentity.NewId(DateTimeOffset.UtcNow), cancellation);

    /// <summary>Makes the plan of a run that has its id already.</summary>
    internal static async Task<DrPlan> MakeAsync(DeploymentSession deployment, string snapshot, bool force, string run, CancellationToken cancellation)
    {
        var (file, content) = await CheckAsync(snapshot, force, cancellation).ConfigureAwait(false);
        _ = deployment.Etcd;
        // The copy, and the restored database.
        var members = await MembersToRestore.LookAsync(deployment, 2 * file.Size, run, cancellation).ConfigureAwait(false);
        var patronis = await LookAsync(deployment, cancellation).ConfigureAwait(false);
        SnapshotFit.Require(deployment, content, patronis, force);
        if (!force)
        {
            await EtcdAccess.RequireAsync(deployment, patronis.Length == 0 ? null : LeaderKey(deployment), cancellation).ConfigureAwait(false);
        }

        var first = First(patronis);
        return NewPlan.Of(deployment, run, EtcdRestore.Name, $"Restore etcd from {Path.GetFileName(file.Path)}", [.. Steps(deployment, run, file, content, members, patronis, first)]) with
        {
            Inputs = Inputs(snapshot, force),
            Observed = [.. Observe(deployment, file, content, members, patronis, first)],
        };
    }

    private static Dictionary<string, string> Inputs(string snapshot, bool force) =>
        force ? new() { [SnapshotInput] = snapshot, [ForceInput] = "true" } : new() { [SnapshotInput] = snapshot };

    /// <summary>Patroni's key of who leads.</summary>
    internal static string LeaderKey(DeploymentSession deployment) => $"{SnapshotFit.Folder(deployment.Patroni.Settings)}/leader";

    internal static IEnumerable<DrPlanStep> Steps(
        DeploymentSession deployment,
        string run,
        SnapshotToRestore file,
        EtcdSnapshotCheck content,
        MemberToRestore[] members,
        PatroniToReplace[] patronis,
        PatroniToReplace? first) =>
    [
        .. members.Select(member => CopySnapshotStep.Plan(member, file)),
        .. MembersToRestore.Beside(members, file, run),
        .. Exchange(members, patronis, first, run),
        EtcdHealthyStep.Plan(members.Select(member => member.Node.Name), content.AuthEnabled is true, content.Users),
        .. first is null
            ? Array.Empty<DrPlanStep>()
            :
            [
                PrimaryKeptStep.Plan("primary-unmoved", first, patronis),
                ForgetLeaderStep.Plan(members[0].Node.Name, LeaderKey(deployment), first.Node.Name),
                .. Lead(deployment, patronis, first, run),
            ],
        .. members.Select(TidyMemberStep.Plan),
    ];

    /// <summary>From the first Patroni frozen to the last member started on its new data.</summary>
    internal static IEnumerable<DrPlanStep> Exchange(MemberToRestore[] members, PatroniToReplace[] patronis, PatroniToReplace? first, string run) =>
    [
        // The standbys before the primary: from the first on, none of them can take the lead from it.
        .. first is null
            ? Array.Empty<DrPlanStep>()
            :
            [
                .. patronis.Where(patroni => patroni != first).Append(first).Select(patroni => FreezePatroniStep.Plan(patroni, first, run)),
                PrimaryKeptStep.Plan("primary-frozen", first, patronis),
            ],
        .. members.Select(member => StopUnitStep.Plan(member.Node, member.Unit, "All members stop before one starts anew: the old cluster and the new one must not meet.")),
        .. members.Select(SwapMemberStep.Plan),
        .. members.Select(member => StartUnitStep.Plan(member.Node, member.Unit, "All start without waiting for each other: none is up before a majority is.")),
    ];

    /// <summary>The lead given to the one that is to have it, and proven.</summary>
    internal static IEnumerable<DrPlanStep> Lead(DeploymentSession deployment, PatroniToReplace[] patronis, PatroniToReplace first, string run) =>
    [
        ReplacePatroniStep.Plan(first, leads: true),
        .. patronis.Where(one => one != first).Select(one => ReplacePatroniStep.Plan(one, leads: false)),
        ProveWriteStep.Plan(patronis.OrderByDescending(patroni => patroni == first).Select(patroni => patroni.Node), deployment.Topology.Postgres!, run),
    ];

    private static IEnumerable<DrObservation> Observe(
        DeploymentSession deployment, SnapshotToRestore file, EtcdSnapshotCheck content, MemberToRestore[] members, PatroniToReplace[] patronis, PatroniToReplace? first)
    {
        yield return new("snapshot", $"{file.Path}, SHA-256 {file.Sha256}, revision {content.Revision?.ToString(CultureInfo.InvariantCulture)}, {content.TotalKeys} keys");
        foreach (var scope in content.Patroni.Where(scope => deployment.Topology.Patroni is not null && scope.Path == SnapshotFit.Folder(deployment.Patroni.Settings)))
        {
            yield return new("Patroni in the snapshot", $"database {scope.SystemIdentifier}, leader {scope.Leader ?? "none"}, sync standby {string.Join(", ", scope.SyncStandbys.DefaultIfEmpty("none"))}");
        }

        foreach (var node in ObserveNodes(members, patronis, first))
        {
            yield return node;
        }
    }

    /// <summary>What a plan says of the nodes.</summary>
    internal static IEnumerable<DrObservation> ObserveNodes(MemberToRestore[] members, PatroniToReplace[] patronis, PatroniToReplace? first) =>
    [
        .. members.Select(member => new DrObservation($"{member.Node.Name} etcd", $"{member.Config.Name}, {member.Config.DataDirectory}, user {member.Config.User}, {member.Tool} {member.ToolVersion}, {member.Found}")),
        .. patronis.Select(patroni => new DrObservation($"{patroni.Node.Name} PostgreSQL", patroni.Found)),
        .. first is null ? Array.Empty<DrObservation>() : [new("first", first.Node.Name)],
    ];

    /// <summary>Checks a snapshot's file, whole.</summary>
    internal static async Task<(SnapshotToRestore File, EtcdSnapshotCheck Content)> CheckAsync(string path, bool force, CancellationToken cancellation)
    {
        var check = await SnapshotFile.CheckAsync(path, cancellation).ConfigureAwait(false);
        if (check.Status != EtcdSnapshotStatus.Valid && !(force && check.Status == EtcdSnapshotStatus.ChecksumMissing))
        {
            throw EtcdRestoreErrors.SnapshotNotRestorable(check);
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        await using (stream.ConfigureAwait(false))
        {
            var sum = Convert.ToHexString(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false)).ToLowerInvariant();
            return (new SnapshotToRestore(path, check.Size, sum, check.Status == EtcdSnapshotStatus.Valid), check);
        }
    }

    /// <summary>Looks at every Patroni; there is none where the topology has none.</summary>
    internal static async Task<PatroniToReplace[]> LookAsync(DeploymentSession deployment, CancellationToken cancellation) => deployment.Topology.Patroni is null
        ? []
        : await Task.WhenAll(deployment.Nodes.With(NodeRole.Postgres).Select(node => LookAsync(deployment, node, cancellation))).ConfigureAwait(false);

    internal static async Task<PatroniToReplace> LookAsync(DeploymentSession deployment, INode node, CancellationToken cancellation)
    {
        var paths = new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        var report = await UnitReport.ReadAsync(node, paths.PatroniUnit, cancellation).ConfigureAwait(false);
        if (report.MainPid > 0)
        {
            var open = await node.RunAsync(
                new ObservingCommand("find", $"/proc/{report.MainPid.ToString(CultureInfo.InvariantCulture)}/fd", "-lname", "/dev/watchdog*", "-printf", "%l\\n") { User = "root" },
                cancellation).ConfigureAwait(false);
            if (open.Lines is [var device, ..])
            {
                throw EtcdRestoreErrors.WatchdogArmed(node, device);
            }
        }

        var server = await PatroniToReplace.AskAsync(deployment.Postgres, node, cancellation).ConfigureAwait(false);
        return new PatroniToReplace(node, paths.PatroniUnit, server is { IsInRecovery: false }, server?.Timeline ?? 0, server?.Lsn?.Position ?? 0, server?.SystemIdentifier);
    }

    // Who takes writes leads on. Where none does any more, the furthest of those that can be asked: it lost nothing that another has.
    internal static PatroniToReplace? First(PatroniToReplace[] patronis)
    {
        if (patronis.Length == 0)
        {
            return null;
        }

        var writable = patronis.Where(patroni => patroni.IsWritable).ToList();
        return writable.Count > 1
            ? throw EtcdRestoreErrors.SeveralServersWrite(writable)
            : writable.FirstOrDefault()
                ?? patronis.Where(patroni => patroni.SystemIdentifier is not null).OrderByDescending(patroni => patroni.Timeline).ThenByDescending(patroni => patroni.Position).FirstOrDefault()
                ?? throw EtcdRestoreErrors.PostgresUnknown();
    }
}
