using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>The runbooks, by the name that stands in their plans.</summary>
internal static class RunbookCatalog
{
    /// <summary>The runbook of a plan.</summary>
    /// <exception cref="DrException"><c>RunbookUnknown</c>.</exception>
    public static IRunbook Find(DrPlan plan, DeploymentSession deployment, RunNodes nodes) => plan.Runbook switch
    {
        EtcdFresh.Name => new EtcdFresh(deployment, nodes),
        EtcdRepair.Name => new EtcdRepair(deployment, nodes),
        EtcdRepairUndo.Name => new EtcdRepairUndo(nodes),
        EtcdRestore.Name => new EtcdRestore(deployment, nodes),
        EtcdRestoreUndo.Name => new EtcdRestoreUndo(deployment, nodes),
        PointInTime.Name => new PointInTime(deployment, nodes),
        PointInTimeUndo.Name => new PointInTimeUndo(deployment, nodes),
        _ => throw RunbookUnknown(plan),
    };

    /// <summary>Observes, and makes the plan of a run that has its id already from what was asked for.</summary>
    /// <exception cref="DrException"><c>RunbookUnknown</c>, <c>PlanInputMissing</c>, and those of the runbook.</exception>
    public static Task<DrPlan> MakeAsync(DrPlan asked, DeploymentSession deployment, CancellationToken cancellation) => asked.Runbook switch
    {
        EtcdRepairUndo.Name or EtcdRestoreUndo.Name or PointInTimeUndo.Name => UndoPlan.MakeAsync(deployment, Input(asked, UndoPlan.RunInput), asked.Id, cancellation),
        EtcdRestore.Name => EtcdRestorePlan.MakeAsync(deployment, Input(asked, EtcdRestorePlan.SnapshotInput), asked.Inputs.ContainsKey(EtcdRestorePlan.ForceInput), asked.Id, cancellation),
        EtcdFresh.Name => EtcdFreshPlan.MakeAsync(deployment, asked.Inputs.GetValueOrDefault(EtcdRestorePlan.SnapshotInput), asked.Inputs.ContainsKey(EtcdRestorePlan.ForceInput), asked.Id, cancellation),
        EtcdRepair.Name => RepairAsync(asked, deployment, cancellation),
        PointInTime.Name => PointInTimePlan.MakeAsync(deployment, PointInTimeRequest.From(asked.Inputs), asked.Id, cancellation),
        _ => throw RunbookUnknown(asked),
    };

    private static async Task<DrPlan> RepairAsync(DrPlan asked, DeploymentSession deployment, CancellationToken cancellation) =>
        (await EtcdRepairPlan.MakeAsync(deployment, EtcdRepairRequest.From(asked.Inputs), asked.Id, cancellation).ConfigureAwait(false)).Plan;

    private static string Input(DrPlan asked, string name) => asked.Inputs.TryGetValue(name, out var value) ? value : throw PlanInputMissing(asked, name);

    private static DrException RunbookUnknown(DrPlan plan) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Finding the runbook {plan.Runbook} of run {plan.Id}",
        "this version of the module has none of that name",
        $"It was made with {plan.ModuleVersion}: use that.");

    private static DrException PlanInputMissing(DrPlan plan, string name) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Making the plan {plan.Id} again",
        $"it does not say what {name} was asked for",
        $"It was made with {plan.ModuleVersion}: use that, or make a new plan with New-DrPlan.");
}
