using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Plans the way back from a restore of etcd, by what the nodes show; the journal says only what was meant.</summary>
internal static class EtcdRestoreUndoPlan
{
    private const string BackToOld = "The old cluster and the restored one must not meet.";

    public static async Task<DrPlan> MakeAsync(DeploymentSession deployment, RunHistory undone, string run, CancellationToken cancellation)
    {
        var swaps = undone.Plan.Steps.Where(step => step.Kind == SwapMemberStep.Kind);
        var members = await Task.WhenAll(swaps.Select(swap => MemberToPutBack.LookAsync(deployment.Nodes.Get(swap.Node!), undone, swap, cancellation))).ConfigureAwait(false);
        var isSwapped = members.Any(member => member.IsRestored);
        if (isSwapped && members.Any(member => member.Old == OldData.Gone))
        {
            throw NothingToGoBackTo(undone.Plan, members);
        }

        var patronis = deployment.Topology.Patroni is null ? [] : await LookAtPatronisAsync(deployment, cancellation).ConfigureAwait(false);
        var needed = isSwapped || Array.Exists(patronis, one => one.Unit.IsFrozen) || Array.Exists(members, one => !one.IsUp && one.WasStopped);
        var first = needed ? EtcdRestorePlan.First([.. patronis.Select(one => one.Patroni)]) : null;
        return NewPlan.Of(deployment, run, EtcdRestoreUndo.Name, $"Go back from run {undone.Plan.Id} ({undone.Plan.Title})", [.. isSwapped ? ToOldData(deployment, run, members, patronis, first) : ToWhatRan(deployment, run, members, patronis, first), .. members.Select(member => ClearLeftoversStep.Plan(member, undone.Plan.Id))]) with
        {
            Inputs = new Dictionary<string, string> { [UndoPlan.RunInput] = undone.Plan.Id },
            Undoes = undone.Plan.Id,
            Observed = [.. Observe(undone, members, patronis, first)],
        };
    }

    // As the restore went forward: frozen, stopped, renamed, started, proven.
    private static IEnumerable<DrPlanStep> ToOldData(
        DeploymentSession deployment, string run, MemberToPutBack[] members, (PatroniToReplace Patroni, UnitReport Unit)[] patronis, PatroniToReplace? first)
    {
        var standbys = patronis.Select(one => one.Patroni).Where(patroni => patroni.Node != first?.Node).ToList();
        return
        [
            .. standbys.Select(FreezePatroniStep.Plan),
            .. One(first).Select(FreezePatroniStep.Plan),
            .. members.Select(member => StopUnitStep.Plan(member.Node, member.Unit, BackToOld)),
            .. members.Where(member => member.Old == OldData.Aside).Select(member => PutBackStep.Plan(member, run)),
            .. members.Select(member => StartUnitStep.Plan(member.Node, member.Unit, "All start without waiting for each other: none is up before a majority is.")),
            EtcdHealthyStep.Plan(members.Select(member => member.Node.Name)),
            .. One(first).Select(patroni => ForgetLeaderStep.Plan(members[0].Node.Name, EtcdRestorePlan.LeaderKey(deployment), patroni.Node.Name)),
            .. One(first).Select(patroni => ReplacePatroniStep.Plan(patroni, leads: true)),
            .. standbys.Select(patroni => ReplacePatroniStep.Plan(patroni, leads: false)),
            .. One(first).Select(patroni => ProveWriteStep.Plan(patroni.Node, deployment.Topology.Postgres!, run)),
        ];
    }

    // The data was never moved: what the restore stopped runs again, and what it froze is replaced by a new process, since the old one's hold on
    // the leader key ended while it was frozen: let go on, it would find that it had lost the lead, and demote PostgreSQL.
    private static IEnumerable<DrPlanStep> ToWhatRan(
        DeploymentSession deployment, string run, MemberToPutBack[] members, (PatroniToReplace Patroni, UnitReport Unit)[] patronis, PatroniToReplace? first)
    {
        var frozen = patronis.Where(one => one.Unit.IsFrozen).Select(one => one.Patroni).ToList();
        var stopped = members.Where(member => !member.IsUp && member.WasStopped && member.Old == OldData.InPlace).ToList();
        var running = members.Where(member => member.IsUp || stopped.Contains(member)).ToList();
        var leads = frozen.Where(patroni => patroni.Node == first?.Node).ToList();
        IEnumerable<DrPlanStep> steps = stopped.Select(member => StartUnitStep.Plan(member.Node, member.Unit, "The run stopped it; its data is what it was."));
        if (frozen.Count + stopped.Count == 0)
        {
            return steps;
        }

        return running.Count <= members.Length / 2
            ? [.. steps, .. leads.Select(ThawPatroniStep.Plan), .. frozen.Except(leads).Select(ThawPatroniStep.Plan)]
            :
            [
                .. steps,
                EtcdHealthyStep.Plan(running.Select(member => member.Node.Name)),
                .. leads.Select(patroni => ReplacePatroniStep.Plan(patroni, leads: true)),
                .. frozen.Except(leads).Select(patroni => ReplacePatroniStep.Plan(patroni, leads: false)),
                .. One(first).Select(patroni => ProveWriteStep.Plan(patroni.Node, deployment.Topology.Postgres!, run)),
            ];
    }

    private static IEnumerable<DrObservation> Observe(RunHistory undone, MemberToPutBack[] members, (PatroniToReplace Patroni, UnitReport Unit)[] patronis, PatroniToReplace? first)
    {
        var run = undone.Describe();
        yield return new("run", string.Create(CultureInfo.InvariantCulture, $"{run.Id}, {run.Status}, {run.Done} of {run.Steps.Count} steps done"));
        foreach (var member in members)
        {
            yield return new($"{member.Node.Name} etcd", member.Found);
        }

        foreach (var (patroni, unit) in patronis)
        {
            yield return new($"{patroni.Node.Name} PostgreSQL", $"{patroni.Found}; Patroni is {(unit.IsFrozen ? "frozen" : unit.ActiveState)}");
        }

        if (first is not null)
        {
            yield return new("first", first.Node.Name);
        }
    }

    private static Task<(PatroniToReplace Patroni, UnitReport Unit)[]> LookAtPatronisAsync(DeploymentSession deployment, CancellationToken cancellation) =>
        Task.WhenAll(deployment.Nodes.With(NodeRole.Postgres).Select(async node =>
        {
            var patroni = await EtcdRestorePlan.LookAsync(deployment, node, cancellation).ConfigureAwait(false);
            return (patroni, await UnitReport.ReadAsync(node, patroni.Unit, cancellation).ConfigureAwait(false));
        }));

    private static IEnumerable<PatroniToReplace> One(PatroniToReplace? patroni) => patroni is null ? [] : [patroni];

    private static DrException NothingToGoBackTo(DrPlan undone, MemberToPutBack[] members) => DrException.Of(
        DrErrorKind.Precondition,
        members.First(member => member.Old == OldData.Gone).Node.Name,
        $"Looking for the data from before run {undone.Id}",
        string.Join("; ", members.Where(member => member.Old == OldData.Gone).Select(member => $"on {member.Node.Name} {member.Where}, or that is the restored data")),
        $"There is nothing to go back to: go on with Resume-DrRun {undone.Id} where it broke off, or restore another snapshot with Restore-EtcdSnapshot.");
}
