using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Plans the way back from a repair of etcd's quorum: until the survivor was started as a cluster of its own, all data is what it was.</summary>
internal static class EtcdRepairUndoPlan
{
    public static async Task<DrPlan> MakeAsync(DeploymentSession deployment, RunHistory undone, string run, CancellationToken cancellation)
    {
        if (undone.Plan.Steps.FirstOrDefault(step => step.Kind is StandAloneStep.Kind or MoveDataStep.Kind && undone.Last(step) is not null) is { } begun)
        {
            throw UndoPlan.NothingToGoBackTo(undone.Plan, begun);
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
        return NewPlan.Of(deployment, run, EtcdRepairUndo.Name, $"Go back from run {undone.Plan.Id} ({undone.Plan.Title})", [.. found.Select(one => UnfenceUnitStep.Plan(one.Node, one.Unit, "Its data is what it was: the run had not come to the point of no return."))]) with
        {
            Inputs = new Dictionary<string, string> { [UndoPlan.RunInput] = undone.Plan.Id },
            Undoes = undone.Plan.Id,
            Observed = [.. found.Select(one => new DrObservation($"{one.Node.Name} etcd", $"{one.Report.ActiveState}{(one.IsFenced ? ", fenced" : "")}"))],
        };
    }
}
