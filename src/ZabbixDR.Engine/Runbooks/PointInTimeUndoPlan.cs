using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Plans the way back from a point-in-time recovery: until the new timeline is archived, the data from before is whole, beside it, and can go on as it was.</summary>
internal static class PointInTimeUndoPlan
{
    private const string ControlFile = "global/pg_control";
    private const string AsItWas = "Its data is what it was before the recovery.";

    public static async Task<DrPlan> MakeAsync(DeploymentSession deployment, RunHistory undone, string run, CancellationToken cancellation)
    {
        if (undone.Plan.Steps.First(step => step.Kind == SealTimelineStep.Kind) is var seal && undone.Last(seal) is not null)
        {
            throw UndoPlan.NothingToGoBackTo(undone.Plan, seal);
        }

        var move = undone.Plan.Steps.First(step => step.Kind == MoveDataStep.Kind);
        var target = deployment.Nodes.Get(move.Node!);
        var old = await WhereAsync(target, move, cancellation).ConfigureAwait(false);
        if (old == OldData.Gone)
        {
            throw NothingToGoBackTo(undone.Plan, move);
        }

        var fences = undone.Plan.Steps.Where(step => step.Kind == FenceUnitStep.Kind && undone.Last(step) is not null).ToList();
        return NewPlan.Of(deployment, run, PointInTimeUndo.Name, $"Go back from run {undone.Plan.Id} ({undone.Plan.Title})", [.. Steps(deployment, undone, run, fences, move, target)]) with
        {
            Inputs = new Dictionary<string, string> { [UndoPlan.RunInput] = undone.Plan.Id },
            Undoes = undone.Plan.Id,
            Observed =
            [
                new("run", string.Create(CultureInfo.InvariantCulture, $"{undone.Plan.Id}, {undone.Describe().Status}, {undone.Describe().Done} of {undone.Plan.Steps.Count} steps done")),
                new($"{target.Name} data from before", old == OldData.Aside ? move.Arguments["aside"] : $"in its place, {move.Arguments["member"]}"),
            ],
        };
    }

    private static IEnumerable<DrPlanStep> Steps(DeploymentSession deployment, RunHistory undone, string run, List<DrPlanStep> fences, DrPlanStep move, INode target)
    {
        // The old primary's data is newest; its node is the one whose Patroni was stopped last, where it was the primary at all.
        var primary = undone.Plan.Steps.FirstOrDefault(step => step.Kind == CloseWalStep.Kind)?.Node ?? target.Name;
        var servers = fences.Where(step => deployment.Nodes.Get(step.Node!).Definition.Roles.Contains(NodeRole.Postgres) && IsPatroni(undone, step)).OrderBy(step => step.Node != primary).ToList();
        var zabbix = fences.Except(servers).ToList();
        var recover = undone.Plan.Steps.First(step => step.Kind == RecoverStep.Kind);
        var restore = undone.Plan.Steps.First(step => step.Kind == RestoreSetStep.Kind);
        return
        [
            .. undone.Last(move) is null
                ? Array.Empty<DrPlanStep>()
                :
                [
                    NoServerStep.Plan(target, move.Arguments["member"], recover.Arguments["bin"], move.Arguments["user"], "The run's own server may run on the restored data."),
                    EndUnitsStep.Plan(target, undone.Plan.Id, "End what the run started there, where it is still at work", "A restore that goes on would write into the data that is put back.", restore.Id, StandaloneServer.Step),
                    PutBackStep.Plan(target, move.Arguments["unit"], move.Arguments["member"], move.Arguments["aside"], ControlFile, move.Arguments["mark"], run),
                ],
            .. servers.Take(1).Select(Unfence),
            .. servers.Count == 0 ? Array.Empty<DrPlanStep>() : [LeadsAgainStep.Plan(deployment.Nodes.Get(primary), "its old data", 0, "Nothing need be: it is the state before the run.")],
            .. servers.Skip(1).Concat(zabbix).Select(Unfence),
            .. zabbix.Count == 0 ? Array.Empty<DrPlanStep>() : [ZabbixWorksStep.Plan()],
            .. servers.Where(step => step.Node != primary).Select(step => FollowsStep.Plan(deployment.Nodes.Get(step.Node!), deployment.Nodes.Get(primary), 0)),
            .. servers.Count == 0 ? Array.Empty<DrPlanStep>() : [ProveWriteStep.Plan(deployment.Nodes.With(NodeRole.Postgres).OrderByDescending(node => node.Name == primary), deployment.Topology.Postgres!, run)],
        ];

        DrPlanStep Unfence(DrPlanStep fence) => UnfenceUnitStep.Plan(deployment.Nodes.Get(fence.Node!), fence.Arguments["unit"], AsItWas);
    }

    // A node may have a Zabbix server too: the servers' fences are those of the units whose servers are proven to be off.
    private static bool IsPatroni(RunHistory undone, DrPlanStep fence) =>
        undone.Plan.Steps.Any(step => step.Kind is StillOffStep.Kind && step.Arguments.GetValueOrDefault(fence.Node!) == fence.Arguments["unit"])
        || undone.Plan.Steps.Any(step => step.Kind == MoveDataStep.Kind && step.Node == fence.Node && step.Arguments["unit"] == fence.Arguments["unit"]);

    private static async Task<OldData> WhereAsync(INode node, DrPlanStep move, CancellationToken cancellation) =>
        await NodeFiles.StatAsync(node, $"{move.Arguments["aside"]}/{ControlFile}", cancellation).ConfigureAwait(false) is not null ? OldData.Aside
        : await NodeFiles.StatAsync(node, move.Arguments["mark"], cancellation).ConfigureAwait(false) is null ? OldData.InPlace
        : OldData.Gone;

    private static DrException NothingToGoBackTo(DrPlan undone, DrPlanStep move) => DrException.Of(
        DrErrorKind.Precondition,
        move.Node,
        $"Looking for the data from before run {undone.Id}",
        $"{move.Arguments["aside"]} holds no data of PostgreSQL: there was none, or it was deleted since",
        $"There is nothing to go back to: go on with Resume-DrRun {undone.Id}.");
}
