using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Begins a plan: who makes it, when, with what, and what its steps took before.</summary>
internal static class NewPlan
{
    /// <summary>The plan; what was observed and asked for is the runbook's to add.</summary>
    public static DrPlan Of(DeploymentSession deployment, string run, string runbook, string title, IReadOnlyList<DrPlanStep> steps) => StepDurations.Expect(
        new DrPlan
        {
            Id = run,
            Runbook = runbook,
            Title = title,
            Deployment = deployment.Topology.Name,
            CreatedAt = DateTimeOffset.UtcNow,
            CreatedBy = RunIdentity.Operator,
            ModuleVersion = RunIdentity.ModuleVersion,
            Observed = [],
            Steps = steps,
        },
        deployment.Journals);
}
