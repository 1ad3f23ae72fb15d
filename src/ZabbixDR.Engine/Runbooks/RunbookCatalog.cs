using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>The runbooks, by the name that stands in their plans.</summary>
internal static class RunbookCatalog
{
    /// <summary>The runbook of a plan.</summary>
    /// <exception cref="DrException"><c>RunbookUnknown</c>.</exception>
    public static IRunbook Find(DrPlan plan, DeploymentSession deployment, RunNodes nodes) => plan.Runbook switch
    {
        EtcdRestore.Name => new EtcdRestore(deployment, nodes),
        _ => throw RunbookUnknown(plan),
    };

    private static DrException RunbookUnknown(DrPlan plan) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Finding the runbook {plan.Runbook} of run {plan.Id}",
        "this version of the module has none of that name",
        $"It was made with {plan.ModuleVersion}: use that.");
}
