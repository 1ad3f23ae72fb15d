using System.Security.Cryptography;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Engine.Runbooks.Steps;
using ZabbixDR.Engine.Tests.Operations.Drills;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>Plans for the simulated deployment, of the engine's own steps.</summary>
internal static class SimulatedPlans
{
    private const string Cluster = "etcd-1=https://etcd-1:2380,etcd-2=https://etcd-2:2380,etcd-3=https://etcd-3:2380";
    private static readonly Lazy<SnapshotToRestore> s_snapshot = new(MakeSnapshot);

    /// <summary>The restore of etcd.</summary>
    public static DrPlan Restore(SimulatedDeployment world, string run)
    {
        var session = world.Session;
        var (members, patronis) = (Members(session, run), Patronis(session));
        var content = new EtcdSnapshotCheck { Path = s_snapshot.Value.Path, Status = EtcdSnapshotStatus.Valid, Size = s_snapshot.Value.Size, AuthEnabled = true, Users = ["root"], Elapsed = TimeSpan.Zero };
        var steps = EtcdRestorePlan.Steps(session, run, s_snapshot.Value, content, members, patronis, patronis[0]).ToList();
        return Plan(session, run, EtcdRestore.Name, "Restore etcd", world.Broken switch
        {
            Breakage.StartedBeforeAllStopped => StartEarly(steps),
            Breakage.PatroniNotFrozen => [.. steps.Where(step => step.Kind != FreezePatroniStep.Kind)],
            _ => steps,
        });
    }

    /// <summary>A fresh etcd, with the users of the snapshot.</summary>
    public static DrPlan Fresh(SimulatedDeployment world, string run)
    {
        var session = world.Session;
        var (members, patronis) = (Members(session, run), Patronis(session));
        var configuration = new ConfigurationToKeep("etcd", SimulatedPatroni.Configuration);
        var seed = new FreshSeed(s_snapshot.Value, "/service/zabbix-cluster", "7", configuration, "root", null, "/etc/patroni/config.yml", ["root"], ["user root: root"]);
        return Plan(session, run, EtcdFresh.Name, "Make etcd fresh", EtcdFreshPlan.Steps(session, run, seed, members, patronis, patronis[0], "etcd", "etcdctl"));
    }

    /// <summary>The repair of etcd's quorum: the last member survives, and the others come back into its cluster.</summary>
    public static DrPlan Repair(SimulatedDeployment world, string run)
    {
        var session = world.Session;
        List<EtcdNodeFound> members = [.. session.Nodes.With(NodeRole.Etcd).Select(node => new EtcdNodeFound(node, Answers: true, SimulatedEtcd.Unit, new MemberToRejoin(node, SimulatedEtcd.Unit, Config(node), run), null))];
        var steps = EtcdRepairPlan.Steps(session, run, members[^1].Member!, 1, 100, members[..^1], [], [.. members[..^1].Select(one => one.Member!)]);
        return Plan(session, run, EtcdRepair.Name, "Make etcd-3 etcd's only member", world.Broken switch
        {
            Breakage.OthersNotFenced => [.. steps.Where(step => step.Kind != FenceUnitStep.Kind || step.Node == members[^1].Name)],
            Breakage.CopyLeftOut => [.. steps.Where(step => step.Kind != CopyMemberStep.Kind)],
            _ => steps,
        });
    }

    /// <summary>A point-in-time recovery. What asks pgBackRest's repositories is left out: nothing of it changes a node's data.</summary>
    public static DrPlan Recovery(SimulatedDeployment world, string run)
    {
        var session = world.Session;
        var set = DrillSamples.Set("20261130-020000F", DateTimeOffset.UnixEpoch);
        ServerToRecover[] servers = [.. session.Nodes.With(NodeRole.Postgres).Select((node, index) => new ServerToRecover(node, SimulatedPatroni.Unit, SimulatedPostgres.Directory, SimulatedPostgres.Bin, new PostgresStatus(index > 0, 1, new PgLsn(1), "7"), run))];
        var request = new PointInTimeRequest(PgRecoveryGoal.To(DateTimeOffset.UnixEpoch, exclusive: false), null, null, null, null);
        var found = new PointInTimeFound(request, new RecoveryWay(set, 1, "", NeedsMoreWal: false), servers, servers[0], servers[0], "etcd-1", new ConfigurationToKeep("etcd", SimulatedPatroni.Configuration), [], SimulatedPostgres.ArchiveCommand);
        var steps = PointInTimePlan.Steps(session, run, found).Where(step => step.Kind is not (WayOpenStep.Kind or FullBackupStep.Kind)).ToList();
        return Plan(session, run, PointInTime.Name, "Recover PostgreSQL", world.Broken switch
        {
            Breakage.RecoverLeftOut => [.. steps.Where(step => step.Kind is not (RecoverStep.Kind or DataCheckedStep.Kind or SealTimelineStep.Kind or StopStandaloneStep.Kind))],
            Breakage.MoveLeftOut => [.. steps.Where(step => step.Kind != MoveDataStep.Kind)],
            _ => steps,
        });
    }

    // The first member is exchanged and started, and then the others are stopped.
    private static List<DrPlanStep> StartEarly(List<DrPlanStep> steps)
    {
        var node = steps.First(step => step.Kind == SwapMemberStep.Kind).Node;
        var early = steps.Where(step => step.Node == node && step.Kind is StopUnitStep.Kind or SwapMemberStep.Kind or StartUnitStep.Kind).ToList();
        early.RemoveAll(step => step.Node != node);
        var rest = steps.Except(early).ToList();
        rest.InsertRange(rest.FindIndex(step => step.Kind == StopUnitStep.Kind), early);
        return rest;
    }

    private static MemberToRestore[] Members(DeploymentSession session, string run) =>
        [.. session.Nodes.With(NodeRole.Etcd).Select(node => new MemberToRestore(node, SimulatedEtcd.Unit, Config(node), "etcdutl", run))];

    private static PatroniToReplace[] Patronis(DeploymentSession session) =>
        [.. session.Nodes.With(NodeRole.Postgres).Select((node, index) => new PatroniToReplace(node, SimulatedPatroni.Unit, index == 0, 1, 1, "7"))];

    private static EtcdMemberConfig Config(INode node) => new(node.Name, SimulatedEtcd.User, SimulatedEtcd.Directory, Cluster, $"https://{node.Name}:2380");

    private static DrPlan Plan(DeploymentSession session, string run, string runbook, string title, IReadOnlyList<DrPlanStep> steps) => new()
    {
        Id = run,
        Runbook = runbook,
        Title = title,
        Deployment = session.Topology.Name,
        CreatedAt = DateTimeOffset.UnixEpoch,
        CreatedBy = "someone@somewhere",
        ModuleVersion = "0",
        Steps = steps,
    };

    private static SnapshotToRestore MakeSnapshot()
    {
        byte[] content = [.. Enumerable.Range(0, 200).Select(number => (byte)number)];
        var path = Path.Combine(Path.GetTempPath(), $"zabbixdr-simulated-{Environment.ProcessId}.db");
        File.WriteAllBytes(path, content);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        return new SnapshotToRestore(path, content.Length, Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant(), HasChecksum: true);
    }
}
