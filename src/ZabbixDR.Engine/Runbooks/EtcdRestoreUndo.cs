using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Goes back from a restore of etcd, wherever that broke off.</summary>
internal sealed class EtcdRestoreUndo : IRunbook
{
    public const string Name = "EtcdRestoreUndo";
    private readonly RunNodes _nodes;
    private readonly EtcdRestore _restore;

    public EtcdRestoreUndo(DeploymentSession deployment, RunNodes nodes)
    {
        _nodes = nodes;
        _restore = new EtcdRestore(deployment, nodes);
    }

    public IStepWork Work(DrPlanStep step) => step.Kind switch
    {
        PutBackStep.Kind => new PutBackStep(step, _nodes),
        ThawPatroniStep.Kind => new ThawPatroniStep(step, _nodes),
        ClearLeftoversStep.Kind => new ClearLeftoversStep(step, _nodes),
        _ => _restore.Work(step),
    };

    public string Describe(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps) => EtcdNodeState.Describe(steps);
}
