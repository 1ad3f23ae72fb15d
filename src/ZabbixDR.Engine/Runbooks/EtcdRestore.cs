using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Brings the whole etcd cluster back from a snapshot, and Patroni with it (PROCEDURES.md 7).</summary>
internal sealed class EtcdRestore : IRunbook
{
    public const string Name = "EtcdRestore";
    private readonly DeploymentSession _deployment;
    private readonly RunNodes _nodes;

    public EtcdRestore(DeploymentSession deployment, RunNodes nodes)
    {
        _deployment = deployment;
        _nodes = nodes;
    }

    public IStepWork Work(DrPlanStep step) => step.Kind switch
    {
        CopySnapshotStep.Kind => new CopySnapshotStep(step, _nodes),
        RestoreBesideStep.Kind => new RestoreBesideStep(step, _nodes),
        FreezePatroniStep.Kind => new FreezePatroniStep(step, _nodes, _deployment.Postgres),
        PrimaryKeptStep.Kind => new PrimaryKeptStep(step, _nodes, _deployment.Postgres),
        StopUnitStep.Kind => new StopUnitStep(step, _nodes),
        SwapMemberStep.Kind => new SwapMemberStep(step, _nodes),
        StartUnitStep.Kind => new StartUnitStep(step, _nodes),
        EtcdHealthyStep.Kind => new EtcdHealthyStep(step, _deployment.Etcd),
        ForgetLeaderStep.Kind => new ForgetLeaderStep(step, _deployment.Etcd),
        ReplacePatroniStep.Kind => new ReplacePatroniStep(step, _nodes, _deployment.Patroni),
        ProveWriteStep.Kind => new ProveWriteStep(step, _nodes, _deployment.Postgres),
        TidyMemberStep.Kind => new TidyMemberStep(step, _nodes),
        _ => throw IRunbook.StepUnknown(Name, step),
    };

    public string Describe(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps) => EtcdNodeState.Describe(steps);
}
