using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Plans the way back from a run, whether it broke off or came to its end.</summary>
public static class UndoPlan
{
    /// <summary>The name of the one input: the run to go back from.</summary>
    internal const string RunInput = "run";

    /// <summary>Observes, and makes the plan. Nothing is changed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="run">The run to go back from.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>RunNotFound</c>, <c>RunUndone</c> where another run goes back from it, or has, and was not given up with its lock; <c>UndoUnknown</c> of a runbook that has no way back of its own, <c>NothingToGoBackTo</c>, and why a
    /// node cannot be reached.
    /// </exception>
    public static Task<DrPlan> MakeAsync(DeploymentSession deployment, string run, CancellationToken cancellation) =>
        MakeAsync(deployment, run, RunIdentity.NewId(DateTimeOffset.UtcNow), cancellation);

    /// <summary>Whether there is a way back from runs of a plan.</summary>
    internal static bool IsFor(DrPlan plan) => plan.Runbook is EtcdFresh.Name or EtcdRestore.Name or EtcdRepair.Name or PointInTime.Name;

    /// <summary>Makes the plan of a run that has its id already.</summary>
    internal static async Task<DrPlan> MakeAsync(DeploymentSession deployment, string run, string id, CancellationToken cancellation)
    {
        var (histories, _) = await RunControl.ReadAsync(deployment, cancellation).ConfigureAwait(false);
        var history = histories.FirstOrDefault(one => one.Plan.Id == run) ?? throw RunControl.RunNotFound(run);
        if (history.UndoneBy is { } undo
            && (history.Plan.Undoes is not null || histories.First(one => one.Plan.Id == undo).HasSucceeded || await RunControl.HoldsLockAsync(deployment, undo, cancellation).ConfigureAwait(false)))
        {
            throw RunControl.RunUndone(run, undo);
        }

        return history switch
        {
            { Plan.Runbook: EtcdRepair.Name } => await EtcdRepairUndoPlan.MakeAsync(deployment, history, id, cancellation).ConfigureAwait(false),
            { Plan.Runbook: PointInTime.Name } => await PointInTimeUndoPlan.MakeAsync(deployment, history, id, cancellation).ConfigureAwait(false),
            { Plan.Runbook: EtcdFresh.Name or EtcdRestore.Name } => await EtcdRestoreUndoPlan.MakeAsync(deployment, history, id, cancellation).ConfigureAwait(false),
            _ => throw UndoUnknown(history.Plan),
        };
    }

    private static DrException UndoUnknown(DrPlan plan) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Planning the way back from run {plan.Id}",
        $"there is none for the runbook {plan.Runbook}",
        $"Go on with Resume-DrRun {plan.Id}, or go back by hand: each step's Undo in the plan says how.");

    /// <summary>The error for a run that has come too far.</summary>
    internal static DrException NothingToGoBackTo(DrPlan undone, DrPlanStep begun) => DrException.Of(
        DrErrorKind.Precondition,
        begun.Node,
        $"Planning the way back from run {undone.Id}",
        $"it is past the point of no return ({begun.What}): what is written from then on is in the new cluster alone",
        $"Go on with Resume-DrRun {undone.Id}. By hand: each step's Undo in the plan says how.");
}
