using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Goes back from a repair of etcd's quorum that broke off before its point of no return.</summary>
internal sealed class EtcdRepairUndo : IRunbook
{
    public const string Name = "EtcdRepairUndo";
    private readonly RunNodes _nodes;

    public EtcdRepairUndo(RunNodes nodes) => _nodes = nodes;

    public IStepWork Work(DrPlanStep step) => step.Kind == UnfenceUnitStep.Kind ? new UnfenceUnitStep(step, _nodes) : throw IRunbook.StepUnknown(Name, step);
}
