using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>Judges whether a plan may be run.</summary>
public static class PlanControl
{
    /// <summary>Looks at everything that would keep a plan from being run: its deployment, its approvals, whether it was run, and what it was made from.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="saved">The plan as it was read from its file.</param>
    /// <param name="cancellation">Ends the look; nothing is changed by it.</param>
    /// <exception cref="DrException">
    /// <c>PlanOfAnotherDeployment</c>, <c>ApprovalInvalid</c>, <c>ApprovalMissing</c>, <c>PlanWasRun</c>, <c>PlanDrifted</c>, and those of making the plan.
    /// </exception>
    public static async Task<CheckedPlan> CheckAsync(DeploymentSession deployment, SavedPlan saved, CancellationToken cancellation)
    {
        RequireSameDeployment(deployment, saved.Plan);
        var notice = await PlanApprovals.RequireAsync(deployment, saved, cancellation).ConfigureAwait(false);
        return await CheckAsync(deployment, saved.Plan, notice, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same of a plan that is no file, and so has no approval.</summary>
    /// <inheritdoc cref="CheckAsync(DeploymentSession, SavedPlan, CancellationToken)"/>
    public static Task<CheckedPlan> CheckAsync(DeploymentSession deployment, DrPlan plan, CancellationToken cancellation)
    {
        RequireSameDeployment(deployment, plan);
        return deployment.Topology.Approval is null ? CheckAsync(deployment, plan, null, cancellation) : throw PlanApprovals.ApprovalMissing(plan, []);
    }

    /// <exception cref="DrException"><c>PlanOfAnotherDeployment</c>.</exception>
    internal static void RequireSameDeployment(DeploymentSession deployment, DrPlan plan)
    {
        if (plan.Deployment != deployment.Topology.Name)
        {
            throw PlanOfAnotherDeployment(deployment, plan);
        }
    }

    private static async Task<CheckedPlan> CheckAsync(DeploymentSession deployment, DrPlan plan, string? notice, CancellationToken cancellation)
    {
        var (histories, _) = await RunControl.ReadAsync(deployment, cancellation).ConfigureAwait(false);
        if (histories.Any(history => history.Plan.Id == plan.Id))
        {
            throw PlanWasRun(plan);
        }

        var found = await RunbookCatalog.MakeAsync(plan, deployment, cancellation).ConfigureAwait(false);
        var drift = PlanDrift.Between(plan, found);
        return drift.Count == 0 ? new CheckedPlan(plan, notice) : throw PlanDrifted(plan, drift);
    }

    private static DrException PlanOfAnotherDeployment(DeploymentSession deployment, DrPlan plan) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Taking up the plan {plan.Id}",
        $"it is for the deployment {plan.Deployment}, and this one is {deployment.Topology.Name}",
        "Connect to that deployment, or make a plan for this one with New-DrPlan.");

    private static DrException PlanWasRun(DrPlan plan) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Taking up the plan {plan.Id}",
        "it was run already: a run of its id has a journal",
        $"See it with Get-DrRun {plan.Id}; where it broke off, go on with Resume-DrRun {plan.Id}. To do it anew, make a new plan with New-DrPlan.");

    private static DrException PlanDrifted(DrPlan plan, IReadOnlyList<string> drift) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Comparing the plan {plan.Id} with what is there now",
        "it no longer fits, and nothing was changed",
        $"See what has happened, and make a new plan with New-DrPlan. What differs:{string.Concat(drift.Select(difference => $"\n  {difference}"))}");
}

/// <summary>A plan that may be run: it fits what is there, was not run yet, and has the approvals that the topology demands.</summary>
public sealed class CheckedPlan
{
    internal CheckedPlan(DrPlan plan, string? notice)
    {
        Plan = plan;
        Notice = notice;
    }

    /// <summary>The plan.</summary>
    public DrPlan Plan { get; }

    /// <summary>What is to be told to who runs it; null for nothing.</summary>
    public string? Notice { get; }
}
