using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Makes the survivor of a lost majority a cluster of its own, and brings the others back into it (PROCEDURES.md 8 and 10).</summary>
internal sealed class EtcdRepair : IRunbook
{
    public const string Name = "EtcdRepair";
    private readonly DeploymentSession _deployment;
    private readonly RunNodes _nodes;

    public EtcdRepair(DeploymentSession deployment, RunNodes nodes)
    {
        _deployment = deployment;
        _nodes = nodes;
    }

    public IStepWork Work(DrPlanStep step) => step.Kind switch
    {
        FenceUnitStep.Kind => new FenceUnitStep(step, _nodes),
        KeptOffStep.Kind => new KeptOffStep(step, _deployment),
        CopyMemberStep.Kind => new CopyMemberStep(step, _nodes),
        StandAloneStep.Kind => new StandAloneStep(step, _nodes, _deployment.Etcd),
        RemoveDropInStep.Kind => new RemoveDropInStep(step, _nodes),
        EtcdVotersStep.Kind => new EtcdVotersStep(step, _deployment.Etcd),
        MoveDataStep.Kind => new MoveDataStep(step, _nodes),
        AddLearnerStep.Kind => new AddLearnerStep(step, _deployment.Etcd),
        JoinMemberStep.Kind => new JoinMemberStep(step, _nodes),
        PromoteLearnerStep.Kind => new PromoteLearnerStep(step, _deployment.Etcd),
        PatroniLeadsStep.Kind => new PatroniLeadsStep(step, _deployment, _nodes),
        _ => throw IRunbook.StepUnknown(Name, step),
    };

    public string Describe(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps) => EtcdNodeState.DescribeRepair(steps);
}
