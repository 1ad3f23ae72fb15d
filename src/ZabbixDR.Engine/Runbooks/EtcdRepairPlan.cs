using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Observes, and plans the return of an etcd cluster that has lost its majority. All that can refuse refuses here; nothing is changed.</summary>
public static class EtcdRepairPlan
{
    // Beside the copy, etcd allocates the next WAL segment whole (wal.go, SegmentSizeBytes: 64 MB).
    private const long WalSegment = 64L * 1000 * 1000;

    /// <summary>Makes the plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="survivor">The survivor's node; null for the one that answers, or of several the freshest.</param>
    /// <param name="fenced">Members and sites that the operator says to be fenced.</param>
    /// <param name="survivorOnly">Whether the others stay out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The plan, and what is to be told as a warning.</returns>
    /// <exception cref="DrException">Those of <see cref="EtcdRepairErrors"/>, and why the survivor cannot be reached.</exception>
    public static async Task<(DrPlan Plan, IReadOnlyList<string> Warnings)> MakeAsync(
        DeploymentSession deployment, string? survivor, IReadOnlyCollection<string> fenced, bool survivorOnly, CancellationToken cancellation)
    {
        var run = RunIdentity.NewId(DateTimeOffset.UtcNow);
        var nodes = deployment.Nodes.With(NodeRole.Etcd);
        var endpoints = await Task.WhenAll(nodes.Select(node => deployment.Etcd.LookAsync(node.Name, cancellation))).ConfigureAwait(false);
        var chosen = Choose(endpoints, survivor);
        var known = chosen.RaftIndex is null ? [] : (await DrException.TryAsync(() => deployment.Etcd.ListMembersAsync(chosen.Name, cancellation)).ConfigureAwait(false)).Value ?? [];
        var alone = await LookAsync(deployment, deployment.Nodes.Get(chosen.Name), run, cancellation).ConfigureAwait(false);
        var size = await RequireRoomAsync(alone, cancellation).ConfigureAwait(false);
        var lost = await Task.WhenAll(nodes.Where(node => node.Name != chosen.Name).Select(async node =>
            (Node: node, Found: await DrException.TryAsync(() => LookAsync(deployment, node, run, cancellation)).ConfigureAwait(false)))).ConfigureAwait(false);

        // What etcd lists and the topology does not know cannot be reached either.
        var strangers = known.Select(member => member.Name).Except([alone.Config.Name, .. nodes.Select(node => node.Name), .. lost.Select(one => one.Found.Value?.Config.Name ?? "")], StringComparer.Ordinal).ToList();
        RequireFences(deployment, fenced, lost, strangers);
        var others = lost.Select(one => one.Found.Value).OfType<MemberToRejoin>().ToList();
        foreach (var other in others)
        {
            await RequireMaskableAsync(other, cancellation).ConfigureAwait(false);
        }

        var servers = deployment.Topology.Patroni is null ? [] : await AnsweringAsync(deployment, cancellation).ConfigureAwait(false);
        var left = lost.Where(one => one.Found.Value is null).Select(one => one.Node.Name).ToList();
        var plan = new DrPlan
        {
            Id = run,
            Runbook = EtcdRepair.Name,
            Title = $"Make {chosen.Name} etcd's only member{(survivorOnly || others.Count == 0 ? "" : $", and bring {string.Join(", ", others.Select(other => other.Node.Name))} back")}",
            Deployment = deployment.Topology.Name,
            CreatedAt = DateTimeOffset.UtcNow,
            CreatedBy = RunIdentity.Operator,
            ModuleVersion = RunIdentity.ModuleVersion,
            Observed =
            [
                .. endpoints.Select(one => new DrObservation(one.Name, $"{one.State}, raft index {one.RaftIndex?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}, revision {one.Revision?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}")),
                new("survivor", $"{chosen.Name}, {alone.Config.DataDirectory}, {ByteSize.ToText(size)}"),
                .. left.Concat(strangers).Select(name => new DrObservation(name, "does not answer; fenced, as the operator says")),
            ],
            Steps = [.. Steps(deployment, alone, survivorOnly ? [] : others, others, chosen.Revision ?? 0, size, servers)],
        };
        return (plan, [.. left.Concat(survivorOnly ? others.Select(other => other.Node.Name) : []).Select(LeftOut)]);
    }

    private static IEnumerable<DrPlanStep> Steps(
        DeploymentSession deployment, MemberToRejoin alone, List<MemberToRejoin> returning, List<MemberToRejoin> fenced, long revision, long size, IReadOnlyList<string> servers)
    {
        // etcd reads its data as it starts, and a new member takes it over the network: a second a megabyte.
        var limit = TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(size >> 20);
        foreach (var member in fenced)
        {
            yield return FenceUnitStep.Plan(member.Node, "etcd", member.Unit, $"systemctl unmask {member.Unit}; start it only where the new cluster is given up");
            if (member.PatroniUnit is { } patroni)
            {
                yield return FenceUnitStep.Plan(member.Node, "patroni", patroni, $"systemctl unmask {patroni} && systemctl start {patroni}");
            }
        }

        yield return StopUnitStep.Plan(alone.Node, alone.Unit, "Without a quorum it serves nobody, and its data is copied at rest.");
        yield return CopyMemberStep.Plan(alone, size);
        yield return StandAloneStep.Plan(alone, limit);
        yield return RemoveDropInStep.Unflag(alone, limit);
        yield return EtcdVotersStep.Plan("etcd-alone", [alone.Node.Name], revision, limit);
        List<MemberToRejoin> voters = [alone];
        foreach (var member in returning)
        {
            string[] names = [.. voters.Select(voter => voter.Node.Name)];
            voters.Add(member);
            yield return MoveMemberStep.Plan(member);
            yield return AddLearnerStep.Plan(member, names);
            yield return JoinMemberStep.Plan(member, string.Join(',', voters.Select(voter => voter.InitialCluster)));
            yield return PromoteLearnerStep.Plan(member, names, limit);
            yield return RemoveDropInStep.Tidy(member);
            if (member.PatroniUnit is { } patroni)
            {
                yield return UnfenceUnitStep.Plan(member.Node, "patroni", patroni);
            }
        }

        if (returning.Count > 0)
        {
            yield return EtcdVotersStep.Plan("etcd-voters", [.. voters.Select(voter => voter.Node.Name)], revision, limit);
        }

        if (deployment.Topology.Patroni is { } settings)
        {
            yield return PatroniLeadsStep.Plan(alone.Node.Name, $"{settings.Namespace.TrimEnd('/')}/{settings.Scope}", servers);
        }
    }

    private static EtcdEndpoint Choose(EtcdEndpoint[] endpoints, string? survivor)
    {
        if (endpoints.Where(one => one.State == EtcdEndpointState.Healthy).Select(one => one.Name).ToList() is { Count: > 0 } healthy)
        {
            throw EtcdRepairErrors.EtcdHasQuorum(healthy);
        }

        var freshest = endpoints.Where(one => one.RaftIndex is not null && one.IsLearner is not true).MaxBy(one => one.RaftIndex);
        if (survivor is null)
        {
            return freshest ?? throw EtcdRepairErrors.EtcdSurvivorUnclear(endpoints);
        }

        var named = Array.Find(endpoints, one => string.Equals(one.Name, survivor, StringComparison.OrdinalIgnoreCase)) ?? throw EtcdRepairErrors.FencedUnknown(survivor, endpoints.Select(one => one.Name));
        return freshest is not null && freshest.RaftIndex > (named.RaftIndex ?? 0) ? throw EtcdRepairErrors.EtcdSurvivorNotFreshest(named.Name, freshest) : named;
    }

    private static async Task<MemberToRejoin> LookAsync(DeploymentSession deployment, INode node, string run, CancellationToken cancellation)
    {
        var paths = new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        var config = await EtcdMemberConfig.ReadAsync(node, paths.EtcdUnit, cancellation).ConfigureAwait(false);
        return new MemberToRejoin(node, paths.EtcdUnit, node.Definition.Roles.Contains(NodeRole.Postgres) ? paths.PatroniUnit : null, config, run);
    }

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

    // A unit file of the administrator's own lies where the mask would: systemd refuses.
    private static async Task RequireMaskableAsync(MemberToRejoin member, CancellationToken cancellation)
    {
        foreach (var unit in new[] { member.Unit, member.PatroniUnit }.OfType<string>())
        {
            var shown = await member.Node.RunAsync(new ObservingCommand("systemctl", "show", "--property=LoadState,FragmentPath", unit), cancellation).ConfigureAwait(false);
            if (!shown.Lines.Contains("LoadState=loaded") || shown.Output.Contains("FragmentPath=/etc/", StringComparison.Ordinal))
            {
                throw EtcdRepairErrors.EtcdUnitNotMaskable(member.Node.Name, unit, string.Join(", ", shown.Lines));
            }
        }
    }

    private static void RequireFences(
        DeploymentSession deployment, IReadOnlyCollection<string> fenced, (INode Node, (MemberToRejoin? Value, DrException? Failure) Found)[] lost, List<string> strangers)
    {
        string[] names = [.. lost.Select(one => one.Node.Name), .. strangers];
        foreach (var name in fenced.Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase) && !deployment.Topology.Sites.Any(site => Same(site.Name, name))))
        {
            throw EtcdRepairErrors.FencedUnknown(name, [.. names, .. deployment.Topology.Sites.Select(site => site.Name)]);
        }

        foreach (var (node, found) in lost.Where(one => one.Found.Value is null && !fenced.Any(name => Same(name, one.Node.Name) || Same(name, one.Node.Definition.Site))))
        {
            throw found.Failure!.Id == "NodeUnreachable" ? EtcdRepairErrors.EtcdMemberNotFenced(node.Name, "NodeUnreachable") : EtcdRepairErrors.EtcdMemberNotFenced(node.Name, found.Failure.Message);
        }

        if (strangers.Find(stranger => !fenced.Contains(stranger, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw EtcdRepairErrors.EtcdMemberNotFenced(unknown, "the topology has no such node");
        }

        static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<IReadOnlyList<string>> AnsweringAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(deployment.Nodes.With(NodeRole.Postgres).Select(async node =>
            (node.Name, (await DrException.TryAsync(() => node.RunAsync(new ObservingCommand("true"), cancellation)).ConfigureAwait(false)).Failure))).ConfigureAwait(false);
        return [.. found.Where(one => one.Failure is null).Select(one => one.Name)];
    }

    private static string LeftOut(string node) =>
        $"{node} stays out of etcd. It must not start on its old data: on its return, before anything else, stop etcd there, move its data aside and unmask its unit; then Add-EtcdMember {node}.";
}
