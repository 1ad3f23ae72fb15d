using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Observes, and plans a new, empty etcd cluster for Patroni. All that can refuse refuses here; nothing is changed.</summary>
public static class EtcdFreshPlan
{
    private const string RootUser = "root";

    // What the seed is made from and with lies beside the data too; made without a snapshot it is an empty database.
    private const int Copies = 4;
    private const long LeastSize = 1024 * 1024;

    /// <summary>Makes the plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="snapshot">The snapshot on this machine that users, roles and passwords come from, absolute; null for the newest that is kept here, where there is one.</param>
    /// <param name="force">True to lose the keys of others than Patroni, to take a snapshot's users that are old, or to go on where no snapshot is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>EtcdServesOthers</c>, <c>EtcdKeysUnknown</c>, <c>FreshNeedsSnapshot</c>, <c>SnapshotUsersOld</c>, <c>FreshNeedsPassword</c>, <c>FreshNeedsRoot</c>,
    /// <c>FreshNeedsPatroni</c>, <c>PatroniConfigurationUnknown</c>, and those of <see cref="EtcdRestorePlan"/>.
    /// </exception>
    public static Task<DrPlan> MakeAsync(DeploymentSession deployment, string? snapshot, bool force, CancellationToken cancellation) =>
        MakeAsync(deployment, snapshot ?? Kept(deployment), force, RunIdentity.NewId(DateTimeOffset.UtcNow), cancellation);

    /// <summary>Makes the plan of a run that has its id already.</summary>
    internal static async Task<DrPlan> MakeAsync(DeploymentSession deployment, string? snapshot, bool force, string run, CancellationToken cancellation)
    {
        if (deployment.Topology.Patroni is null)
        {
            throw EtcdFreshErrors.FreshNeedsPatroni(deployment.Topology.Path);
        }

        var (file, content) = snapshot is null ? ((SnapshotToRestore?)null, (EtcdSnapshotCheck?)null) : await EtcdRestorePlan.CheckAsync(snapshot, force, cancellation).ConfigureAwait(false);
        var healthy = await FreshState.HealthyAsync(deployment, cancellation).ConfigureAwait(false);
        await RequireUsableAsync(deployment, healthy, content, force, cancellation).ConfigureAwait(false);
        var keys = await FreshState.RequireAloneAsync(deployment, healthy, content, force, cancellation).ConfigureAwait(false);
        var members = await MembersToRestore.LookAsync(deployment, Copies * Math.Max(LeastSize, file?.Size ?? 0), run, cancellation).ConfigureAwait(false);
        var patronis = await EtcdRestorePlan.LookAsync(deployment, cancellation).ConfigureAwait(false);
        if (content is not null)
        {
            SnapshotFit.Require(deployment, content, patronis, force);
        }

        var first = EtcdRestorePlan.First(patronis)!;
        var seed = await SeedAsync(deployment, healthy, file, content, first, cancellation).ConfigureAwait(false);
        var etcd = await MembersToRestore.FindAsync(members[0].Node, cancellation, "etcd").ConfigureAwait(false);
        var etcdctl = await MembersToRestore.FindAsync(members[0].Node, cancellation, "etcdctl").ConfigureAwait(false);
        var steps = Steps(deployment, run, seed, members, patronis, first, etcd, etcdctl);
        return NewPlan.Of(deployment, run, EtcdFresh.Name, "Make etcd a fresh cluster for Patroni", steps) with
        {
            Inputs = Inputs(snapshot, force),
            Observed =
            [
                new("etcd's keys", keys),
                new("users", content is null
                    ? $"no snapshot: {Names(seed)} alone; others there were must be set up again by hand"
                    : $"users, roles and passwords of {file!.Path}, SHA-256 {file.Sha256}"),
                new("grants", string.Join("; ", seed.Grants.DefaultIfEmpty("none: authentication is off"))),
                new("Patroni's configuration", $"{seed.Configuration.Source}, SHA-256 {seed.Configuration.Digest}"),
                .. EtcdRestorePlan.ObserveNodes(members, patronis, first),
            ],
        };
    }

    /// <summary>The steps, by what was observed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="run">The run.</param>
    /// <param name="seed">What the cluster begins with.</param>
    /// <param name="members">Its members; on the first of them that is made.</param>
    /// <param name="patronis">All servers.</param>
    /// <param name="first">The server that is to lead.</param>
    /// <param name="etcd">etcd's program on the first member.</param>
    /// <param name="etcdctl">etcdctl's.</param>
    internal static DrPlanStep[] Steps(
        DeploymentSession deployment, string run, FreshSeed seed, MemberToRestore[] members, PatroniToReplace[] patronis, PatroniToReplace first, string etcd, string etcdctl)
    {
        var made = new SnapshotToRestore(members[0].CopyPath, LeastSize, "", HasChecksum: true);
        var names = members.Select(member => member.Node.Name).ToList();
        return
        [
            .. seed.Source is null ? Array.Empty<DrPlanStep>() : [CopySnapshotStep.Plan(members[0], seed.Source)],
            MakeSeedStep.Plan(members[0], seed, first.Node, etcd, etcdctl),
            .. members.Skip(1).Select(member => CopySeedStep.Plan(members[0], member)),
            .. MembersToRestore.Beside(members, made, run),
            .. EtcdRestorePlan.Exchange(members, patronis, first, run),
            EtcdHealthyStep.Plan(names, seed.User is not null, seed.Users),
            .. seed.User is null ? Array.Empty<DrPlanStep>() : [GrantsKeptStep.Plan(names[0], seed.Grants)],
            PrimaryKeptStep.Plan("primary-unmoved", first, patronis),
            .. EtcdRestorePlan.Lead(deployment, patronis, first, run),
            ConfigurationKeptStep.Plan(names[0], ConfigurationToKeep.Key(deployment), seed.Configuration),
            .. members.Select(TidyMemberStep.Plan),
        ];
    }

    // Whose word is to be believed of users: where etcd answers, its own, which must be the snapshot's.
    private static async Task RequireUsableAsync(DeploymentSession deployment, string? healthy, EtcdSnapshotCheck? content, bool force, CancellationToken cancellation)
    {
        if (content is null && healthy is not null)
        {
            throw EtcdFreshErrors.FreshNeedsSnapshot(healthy);
        }

        if (!force)
        {
            await EtcdAccess.RequireAsync(deployment, key: null, cancellation).ConfigureAwait(false);
        }

        if (!force && content is not null && healthy is not null)
        {
            await FreshState.RequireSameUsersAsync(deployment, healthy, content, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<FreshSeed> SeedAsync(
        DeploymentSession deployment, string? healthy, SnapshotToRestore? file, EtcdSnapshotCheck? content, PatroniToReplace first, CancellationToken cancellation)
    {
        var folder = SnapshotFit.Folder(deployment.Patroni.Settings);
        var configuration = await ConfigurationToKeep.FindAsync(deployment, healthy, first.Node, content is null ? null : () => Task.FromResult(content), cancellation).ConfigureAwait(false)
            ?? throw EtcdFreshErrors.PatroniConfigurationUnknown(folder);
        var user = content is { AuthEnabled: not true } ? null : deployment.Topology.Etcd!.User ?? (content is null ? null : RootUser);
        if (user is not null && deployment.Topology.Etcd!.Password is null)
        {
            throw EtcdFreshErrors.FreshNeedsPassword(user);
        }

        if (content is null && user is not null and not RootUser)
        {
            throw EtcdFreshErrors.FreshNeedsRoot(user);
        }

        var paths = new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(first.Node, cancellation).ConfigureAwait(false));
        var patroni = content is null && user is not null ? await PatroniUserAsync(first.Node, paths.PatroniConfigFile, cancellation).ConfigureAwait(false) : null;
        var seed = new FreshSeed(file, folder, first.SystemIdentifier!, configuration, user, patroni == user ? null : patroni, paths.PatroniConfigFile, content?.Users ?? [], content?.Grants ?? []);
        return content is null && user is not null ? seed with { Users = [.. new[] { user, seed.PatroniUser }.OfType<string>().Order(StringComparer.Ordinal)], Grants = Grants(seed) } : seed;
    }

    private static async Task<string?> PatroniUserAsync(INode node, string file, CancellationToken cancellation) =>
        PatroniFile.Parse(node.Name, file, await NodeFiles.ReadTextAsync(node, file, cancellation).ConfigureAwait(false) ?? "").EtcdUser;

    // As MakeSeedStep sets them up.
    private static string[] Grants(FreshSeed seed)
    {
        string[] ofPatroni = seed.PatroniUser is { } patroni ? [EtcdGrants.OfUser(patroni, [patroni]), EtcdGrants.OfRole(patroni, [EtcdGrants.ReadWriteIn($"{seed.Folder}/")])] : [];
        return [.. ofPatroni.Append(EtcdGrants.OfUser(RootUser, [RootUser])).Append(EtcdGrants.OfRole(RootUser, [])).Order(StringComparer.Ordinal)];
    }

    private static string Names(FreshSeed seed) => seed.User is null ? "nobody is asked who he is; there is no user" : seed.PatroniUser is null ? seed.User : $"{seed.User} and Patroni's {seed.PatroniUser}";

    private static string? Kept(DeploymentSession deployment) =>
        deployment.Topology.Etcd?.SnapshotDirectory is { } folder && Directory.Exists(folder) ? deployment.Etcd.NewestSnapshotIn(folder)?.Path : null;

    private static Dictionary<string, string> Inputs(string? snapshot, bool force)
    {
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (snapshot is not null)
        {
            inputs[EtcdRestorePlan.SnapshotInput] = snapshot;
        }

        if (force)
        {
            inputs[EtcdRestorePlan.ForceInput] = "true";
        }

        return inputs;
    }
}
