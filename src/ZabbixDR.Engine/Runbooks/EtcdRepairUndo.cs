using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Goes back from a repair of etcd's quorum that broke off before its point of no return.</summary>
internal sealed class EtcdRepairUndo : IRunbook
{
    public const string Name = "EtcdRepairUndo";
    private readonly RunNodes _nodes;

    public EtcdRepairUndo(RunNodes nodes) => _nodes = nodes;

    public IStepWork Work(DrPlanStep step) => step.Kind == UnfenceUnitStep.Kind ? new UnfenceUnitStep(step, _nodes) : throw StepUnknown(step);

    private static DrException StepUnknown(DrPlanStep step) => DrException.Of(
        DrErrorKind.InvalidInput,
        step.Node,
        $"Finding the work of step {step.Id}",
        $"this version of the runbook {Name} knows no '{step.Kind}'",
        "The plan was made by another version of the module: use that.");
}
