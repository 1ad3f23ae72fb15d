using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Plans the way back from a repair of etcd's quorum: until the survivor was started as a cluster of its own, all data is what it was.</summary>
internal static class EtcdRepairUndoPlan
{
    public static async Task<DrPlan> MakeAsync(DeploymentSession deployment, RunHistory undone, string run, CancellationToken cancellation)
    {
        if (undone.Plan.Steps.FirstOrDefault(step => step.Kind is StandAloneStep.Kind or MoveMemberStep.Kind && undone.Last(step) is not null) is { } begun)
        {
            throw NothingToGoBackTo(undone.Plan, begun);
        }

        // Each that was begun: the run's last command may be on its way still, and comes after what is found here.
        var fences = undone.Plan.Steps.Where(step => step.Kind == FenceUnitStep.Kind && undone.Last(step) is not null).ToList();
        var found = await Task.WhenAll(fences.Select(async step =>
        {
            var node = deployment.Nodes.Get(step.Node!);
            var unit = step.Arguments["unit"];
            var fence = await UnitFence.LookAsync(node, unit, cancellation).ConfigureAwait(false);
            return (Node: node, Unit: unit, IsFenced: fence.IsThere, Report: await UnitReport.ReadAsync(node, unit, cancellation).ConfigureAwait(false));
        })).ConfigureAwait(false);
        return NewPlan.Of(deployment, run, EtcdRepairUndo.Name, $"Go back from run {undone.Plan.Id} ({undone.Plan.Title})", [.. found.Select(one => UnfenceUnitStep.Plan(one.Node, one.Unit))]) with
        {
            Inputs = new Dictionary<string, string> { [UndoPlan.RunInput] = undone.Plan.Id },
            Undoes = undone.Plan.Id,
            Observed = [.. found.Select(one => new DrObservation($"{one.Node.Name} etcd", $"{one.Report.ActiveState}{(one.IsFenced ? ", fenced" : "")}"))],
        };
    }

    private static DrException NothingToGoBackTo(DrPlan undone, DrPlanStep begun) => DrException.Of(
        DrErrorKind.Precondition,
        begun.Node,
        $"Planning the way back from run {undone.Id}",
        $"it is past the point of no return ({begun.What}): what was written since is in the new cluster alone",
        $"Go on with Resume-DrRun {undone.Id}. By hand: each step's Undo in the plan says how.");
}
