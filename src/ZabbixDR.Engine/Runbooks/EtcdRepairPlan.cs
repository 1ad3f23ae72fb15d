using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// Observes, and plans the return of an etcd cluster that has lost its majority; or, where that was begun and has a quorum by now, of the nodes
/// that are missing. All that can refuse refuses here; nothing is changed.
/// </summary>
public static class EtcdRepairPlan
{
    private const string Copied = "Without a quorum it serves nobody, its data is copied at rest, and nothing starts it meanwhile.";
    private const string LeftBehind = "its data is of a cluster that has been left behind.";
    private const string FenceUndo = "start it only where the new cluster is given up";
    private const string OldCluster = "Lost members that meet again are the old cluster with its quorum, beside the new one.";

    // Beside the copy, etcd allocates the next WAL segment whole (wal.go, SegmentSizeBytes: 64 MB).
    private const long WalSegment = 64L * 1000 * 1000;

    /// <summary>Makes the plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The plan, and what is to be told as a warning.</returns>
    /// <exception cref="DrException">
    /// <c>EtcdHasQuorum</c>, <c>EtcdSurvivorUnclear</c>, <c>EtcdSurvivorUnknown</c>, <c>EtcdSurvivorNotFreshest</c>, <c>EtcdSurvivorHasNoData</c>,
    /// <c>EtcdRoomMissing</c>, <c>EtcdMemberNotFenced</c>, <c>EtcdMemberAnswers</c>, <c>FencedUnknown</c>, <c>EtcdConfigUnsupported</c>, and why
    /// a node refuses us.
    /// </exception>
    public static Task<(DrPlan Plan, IReadOnlyList<string> Warnings)> MakeAsync(DeploymentSession deployment, EtcdRepairRequest request, CancellationToken cancellation) =>
        MakeAsync(deployment, request, RunIdentity.NewId(DateTimeOffset.UtcNow), cancellation);

    /// <summary>Makes the plan of a run that has its id already.</summary>
    internal static async Task<(DrPlan Plan, IReadOnlyList<string> Warnings)> MakeAsync(
        DeploymentSession deployment, EtcdRepairRequest request, string run, CancellationToken cancellation)
    {
        // At once: each waits for the nodes that are off.
        var nodes = deployment.Nodes.With(NodeRole.Etcd);
        var finding = Task.WhenAll(nodes.Select(node => EtcdNodeFound.LookAsync(deployment, node, run, cancellation)));
        var looking = Task.WhenAll(nodes.Select(node => deployment.Etcd.LookAsync(node.Name, cancellation)));
        await Task.WhenAll(finding, looking).ConfigureAwait(false);
        var (found, endpoints) = (await finding.ConfigureAwait(false), await looking.ConfigureAwait(false));
        return Array.Exists(endpoints, one => one.State == EtcdEndpointState.Healthy)
            ? await BringBackAsync(deployment, request, run, found, endpoints, cancellation).ConfigureAwait(false)
            : await StandAloneAsync(deployment, request, run, found, endpoints, cancellation).ConfigureAwait(false);
    }

    private static async Task<(DrPlan Plan, IReadOnlyList<string> Warnings)> StandAloneAsync(
        DeploymentSession deployment, EtcdRepairRequest request, string run, EtcdNodeFound[] found, EtcdEndpoint[] endpoints, CancellationToken cancellation)
    {
        var survivor = Choose(endpoints, request.Survivor);
        var list = survivor.RaftIndex is null ? null : (await DrException.TryAsync(() => deployment.Etcd.Membership.ListAsync(survivor.Name, cancellation)).ConfigureAwait(false)).Value;
        var alone = Readable(found.First(one => one.Name == survivor.Name));
        var size = await RequireRoomAsync(alone, cancellation).ConfigureAwait(false);
        List<EtcdNodeFound> others = [.. found.Where(one => one.Name != survivor.Name)];
        var off = await EtcdRepairFences.RequireAsync(deployment, request.Fenced, others, list, endpoints, cancellation).ConfigureAwait(false);
        var (sync, unread) = await SyncAsync(deployment, survivor.Name, cancellation).ConfigureAwait(false);

        List<MemberToRejoin> returning = [.. request.SurvivorOnly ? [] : others.Select(one => one.Member).OfType<MemberToRejoin>()];
        var steps = Steps(deployment, run, alone, size, survivor.Revision ?? 0, others, off, returning);
        var plan = Plan(deployment, request, run, $"Make {survivor.Name} etcd's only member{Names(", and bring ", returning)}", steps) with
        {
            Observed =
            [
                .. endpoints.Select(one => new DrObservation(one.Name, $"{one.State}, raft index {one.RaftIndex?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}, revision {one.Revision?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}")),
                new("survivor", $"{survivor.Name}, {alone.Config.DataDirectory}, {ByteSize.ToText(size)}"),
                .. deployment.Topology.Patroni is null ? Array.Empty<DrObservation>() : [new("Patroni's sync", unread is null ? sync ?? "none" : $"unknown before etcd answers: {unread}")],
                .. off.Select(one => new DrObservation(one.Name, "kept off, as the operator says; no node reaches it")),
                .. others.Where(one => one.Answers && one.Obstacle is not null).Select(one => new DrObservation($"{one.Name} etcd", one.Obstacle!)),
            ],
        };
        return (plan, LeftOut([.. others.Where(one => one.Member is null || request.SurvivorOnly)]));
    }

    internal static IReadOnlyList<DrPlanStep> Steps(
        DeploymentSession deployment,
        string run,
        MemberToRejoin alone,
        long size,
        long revision,
        IReadOnlyCollection<EtcdNodeFound> others,
        IReadOnlyCollection<MemberKeptOff> off,
        List<MemberToRejoin> returning)
    {
        var limit = Limit(size);
        return
        [
            .. others.Where(one => one.Unit is not null).Select(one => FenceUnitStep.Plan(one.Node, one.Unit!, run, OldCluster, LeftBehind, FenceUndo)),
            .. off.Count == 0 ? Array.Empty<DrPlanStep>() : [KeptOffStep.Plan(off)],
            FenceUnitStep.Plan(alone.Node, alone.Unit, run, Copied, LeftBehind, FenceUndo),
            CopyMemberStep.Plan(alone, size),
            StandAloneStep.Plan(alone, limit),
            RemoveDropInStep.Unflag(alone, limit),
            EtcdVotersStep.Plan("etcd-alone", [alone.Node.Name], revision, limit),
            .. Join([alone.Node.Name], alone.InitialCluster, returning, revision, limit),
            .. Lead(deployment, run, alone.Node.Name),
        ];
    }

    // The quorum is there: only what is missing comes back.
    private static async Task<(DrPlan Plan, IReadOnlyList<string> Warnings)> BringBackAsync(
        DeploymentSession deployment, EtcdRepairRequest request, string run, EtcdNodeFound[] found, EtcdEndpoint[] endpoints, CancellationToken cancellation)
    {
        List<string> healthy = [.. endpoints.Where(one => one.State == EtcdEndpointState.Healthy).Select(one => one.Name)];
        var list = await deployment.Etcd.Membership.ListAsync(member: null, cancellation).ConfigureAwait(false);
        if (list.Members.FirstOrDefault(member => member.IsLearner || member.Node is null || !healthy.Contains(member.Node)) is { } sick)
        {
            throw EtcdRepairErrors.EtcdHasQuorum(healthy, sick);
        }

        List<EtcdNodeFound> missing = [.. found.Where(one => list.Absent.Contains(one.Name))];
        List<MemberToRejoin> returning = [.. missing.Select(one => one.Member).OfType<MemberToRejoin>()];
        if (returning.Count == 0 || request.SurvivorOnly)
        {
            throw EtcdRepairErrors.EtcdHasQuorum(healthy, missing);
        }

        DrPlanStep[] steps =
        [
            .. returning.Select(member => FenceUnitStep.Plan(member.Node, member.Unit, run, OldCluster, LeftBehind, FenceUndo)),
            .. Join(healthy, list.Members[0].InitialCluster!, returning, 0, Limit(endpoints.Max(one => one.DbSize ?? 0))),
            .. Lead(deployment, run, healthy[0]),
        ];
        var plan = Plan(deployment, request, run, $"Bring {string.Join(", ", returning.Select(member => member.Node.Name))} back into etcd", steps) with
        {
            Observed =
            [
                .. list.Members.Select(member => new DrObservation($"member {EtcdQuorum.Show(member)}", "a healthy voter")),
                .. missing.Select(one => new DrObservation($"{one.Name} etcd", one.Obstacle ?? "no member")),
            ],
        };
        return (plan, LeftOut([.. missing.Where(one => one.Member is null)]));
    }

    private static DrPlan Plan(DeploymentSession deployment, EtcdRepairRequest request, string run, string title, IReadOnlyList<DrPlanStep> steps) => NewPlan.Of(deployment, run, EtcdRepair.Name, title, steps) with
    {
        Inputs = request.ToInputs(),
    };

    private static IEnumerable<DrPlanStep> Join(List<string> voters, string cluster, List<MemberToRejoin> returning, long revision, TimeSpan limit)
    {
        foreach (var member in returning)
        {
            cluster = $"{cluster},{member.InitialCluster}";
            yield return MoveDataStep.Plan(member.Node, member.Unit, member.Config.User, member.MemberPath, member.AsidePath, member.AsideMark, "It is the old cluster's: etcd must not start on it again. Nothing is deleted.");
            yield return AddLearnerStep.Plan(member, voters);
            yield return JoinMemberStep.Plan(member, cluster);
            yield return PromoteLearnerStep.Plan(member, voters, limit);
            yield return RemoveDropInStep.Tidy(member);
            voters = [.. voters, member.Node.Name];
        }

        if (returning.Count > 0)
        {
            yield return EtcdVotersStep.Plan("etcd-voters", voters, revision, limit);
        }
    }

    private static IEnumerable<DrPlanStep> Lead(DeploymentSession deployment, string run, string voter)
    {
        if (deployment.Topology.Patroni is not null)
        {
            yield return PatroniLeadsStep.Plan(voter, SyncKey(deployment), deployment.Topology.Postgres!, run);
        }
    }

    private static string SyncKey(DeploymentSession deployment) => $"{SnapshotFit.Folder(deployment.Patroni.Settings)}/sync";

    // Without a quorum nobody can log in: a certificate with CN=root alone may read, or anybody where authentication is off.
    private static async Task<(string? Value, string? Unread)> SyncAsync(DeploymentSession deployment, string survivor, CancellationToken cancellation)
    {
        if (deployment.Topology.Patroni is null)
        {
            return (null, null);
        }

        try
        {
            return (await deployment.Etcd.ReadAsItIsAsync(survivor, SyncKey(deployment), cancellation).ConfigureAwait(false), null);
        }
        catch (DrException failure)
        {
            return (null, failure.Message);
        }
    }

    private static EtcdEndpoint Choose(EtcdEndpoint[] endpoints, string? survivor)
    {
        var freshest = endpoints.Where(one => one.RaftIndex is not null && one.IsLearner is not true).MaxBy(one => one.RaftIndex);
        if (survivor is null)
        {
            return freshest ?? throw EtcdRepairErrors.EtcdSurvivorUnclear(endpoints);
        }

        var named = Array.Find(endpoints, one => string.Equals(one.Name, survivor, StringComparison.OrdinalIgnoreCase))
            ?? throw EtcdRepairErrors.EtcdSurvivorUnknown(survivor, endpoints.Select(one => one.Name));
        return freshest is not null && freshest.RaftIndex > (named.RaftIndex ?? 0) ? throw EtcdRepairErrors.EtcdSurvivorNotFreshest(named.Name, freshest) : named;
    }

    private static MemberToRejoin Readable(EtcdNodeFound survivor) => survivor.Member ?? throw EtcdRepairErrors.EtcdSurvivorUnreadable(survivor);

    private static async Task<long> RequireRoomAsync(MemberToRejoin member, CancellationToken cancellation)
    {
        var du = await member.Node.RunAsync(new ObservingCommand("du", "-sb", "--", member.MemberPath) { User = "root", AcceptedExitCodes = [0, 1] }, cancellation).ConfigureAwait(false);
        if (du.ExitCode != 0 || !long.TryParse(du.Output.Split('\t')[0], CultureInfo.InvariantCulture, out var size) || size == 0)
        {
            throw EtcdRepairErrors.EtcdSurvivorHasNoData(member.Node.Name, member.MemberPath);
        }

        var df = await member.Node.RunAsync(new ObservingCommand("df", "--block-size=1", "--output=avail", "--", member.MemberPath) { User = "root" }, cancellation).ConfigureAwait(false);
        var free = long.Parse(df.Lines[^1].Trim(), CultureInfo.InvariantCulture);
        return free >= size + WalSegment ? size : throw EtcdRepairErrors.EtcdRoomMissing(member.Node.Name, member.Config.DataDirectory, size + WalSegment, free);
    }

    // etcd reads its data as it starts, and a new member takes it over the network: a second a megabyte.
    private static TimeSpan Limit(long size) => TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(size >> 20);

    private static string Names(string before, List<MemberToRejoin> members) =>
        members.Count == 0 ? "" : $"{before}{string.Join(", ", members.Select(member => member.Node.Name))} back";

    private static IReadOnlyList<string> LeftOut(IReadOnlyCollection<EtcdNodeFound> nodes) =>
    [
        .. nodes.Select(one => one.Answers
            ? $"{one.Name} stays out of etcd{(one.Obstacle is null ? "" : $" ({one.Obstacle})")}, and is kept off. Repair-EtcdQuorum, run again, brings it back once it can."
            : $"{one.Name} stays out of etcd. It must not start on its old data: bring its host back without its etcd, and run Repair-EtcdQuorum again, which moves that data aside."),
    ];
}
