using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Goes back from a point-in-time recovery that has not given the service its new data yet.</summary>
internal sealed class PointInTimeUndo : IRunbook
{
    public const string Name = "PointInTimeUndo";
    private readonly RunNodes _nodes;
    private readonly PointInTime _recovery;

    public PointInTimeUndo(DeploymentSession deployment, RunNodes nodes)
    {
        _nodes = nodes;
        _recovery = new PointInTime(deployment, nodes);
    }

    public IStepWork Work(DrPlanStep step) => step.Kind switch
    {
        PutBackStep.Kind => new PutBackStep(step, _nodes),
        _ => _recovery.Work(step),
    };
}
