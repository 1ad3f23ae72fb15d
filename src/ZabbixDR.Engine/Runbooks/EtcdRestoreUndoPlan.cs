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

        // The last command of a run that died may arrive between this look and the taking of the lock: an exchange that was begun is gone back from as if it had come.
        isSwapped = isSwapped || (Array.TrueForAll(members, member => member.Old != OldData.Gone) && Array.Exists(members, member => member.IsToPutBack));
        var patronis = deployment.Topology.Patroni is null ? [] : await LookAtPatronisAsync(deployment, undone, cancellation).ConfigureAwait(false);
        var needed = isSwapped || Array.Exists(patronis, one => one.IsHeld) || Array.Exists(members, one => one.WasStopped);
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
        DeploymentSession deployment, string run, MemberToPutBack[] members, HeldPatroni[] patronis, PatroniToReplace? first)
    {
        var standbys = patronis.Select(one => one.Patroni).Where(patroni => patroni.Node != first?.Node).ToList();
        IEnumerable<PatroniToReplace> all = [.. standbys, .. One(first)];
        return
        [
            .. all.Select(patroni => FreezePatroniStep.Plan(patroni, first, run)),
            .. One(first).Select(patroni => PrimaryKeptStep.Plan("primary-frozen", patroni, all)),
            .. members.Select(member => StopUnitStep.Plan(member.Node, member.Unit, BackToOld)),
            .. members.Where(member => member.IsToPutBack).Select(member => PutBackStep.Plan(member.Node, member.Unit, $"{member.Data}/member", member.AsidePath, MemberToPutBack.LogFolder, member.Swap.Arguments["mark"], run)),
            .. members.Select(member => StartUnitStep.Plan(member.Node, member.Unit, "All start without waiting for each other: none is up before a majority is.")),
            EtcdHealthyStep.Plan(members.Select(member => member.Node.Name)),
            .. One(first).Select(patroni => PrimaryKeptStep.Plan("primary-unmoved", patroni, all)),
            .. One(first).Select(patroni => ForgetLeaderStep.Plan(members[0].Node.Name, EtcdRestorePlan.LeaderKey(deployment), patroni.Node.Name)),
            .. One(first).Select(patroni => ReplacePatroniStep.Plan(patroni, leads: true)),
            .. standbys.Select(patroni => ReplacePatroniStep.Plan(patroni, leads: false)),
            .. One(first).Select(patroni => ProveWriteStep.Plan(all.Select(one => one.Node).OrderByDescending(node => node == patroni.Node), deployment.Topology.Postgres!, run)),
        ];
    }

    // The data was never moved: what the restore stopped runs again, and what it froze is replaced by a new process, since the old one's hold on
    // the leader key ended while it was frozen: let go on, it would find that it had lost the lead, and demote PostgreSQL.
    private static IEnumerable<DrPlanStep> ToWhatRan(
        DeploymentSession deployment, string run, MemberToPutBack[] members, HeldPatroni[] patronis, PatroniToReplace? first)
    {
        var frozen = patronis.Where(one => one.IsHeld).Select(one => one.Patroni).ToList();
        var stopped = members.Where(member => member.WasStopped && member.Old == OldData.InPlace).ToList();
        var running = members.Where(member => member.IsUp || stopped.Contains(member)).ToList();
        var leads = frozen.Where(patroni => patroni.Node == first?.Node).ToList();

        // A Patroni that is free may take the lead by itself, or has it: then nobody can be told to.
        var isNoneFree = Array.TrueForAll(patronis, one => one.IsBound);
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
                .. leads.Select(patroni => ReplacePatroniStep.Plan(patroni, leads: isNoneFree)),
                .. frozen.Except(leads).Select(patroni => ReplacePatroniStep.Plan(patroni, leads: false)),
                .. One(first).Select(patroni => ProveWriteStep.Plan(patronis.Select(one => one.Patroni.Node).OrderByDescending(node => node == patroni.Node), deployment.Topology.Postgres!, run)),
            ];
    }

    private static IEnumerable<DrObservation> Observe(RunHistory undone, MemberToPutBack[] members, HeldPatroni[] patronis, PatroniToReplace? first)
    {
        var run = undone.Describe();
        yield return new("run", string.Create(CultureInfo.InvariantCulture, $"{run.Id}, {run.Status}, {run.Done} of {run.Steps.Count} steps done"));
        foreach (var member in members)
        {
            yield return new($"{member.Node.Name} etcd", member.Found);
        }

        foreach (var one in patronis)
        {
            yield return new($"{one.Patroni.Node.Name} PostgreSQL", $"{one.Patroni.Found}; Patroni is {(one.Unit.IsFrozen ? "frozen" : one.Unit.ActiveState)}{(one.IsFenced ? ", kept off" : "")}");
        }

        if (first is not null)
        {
            yield return new("first", first.Node.Name);
        }
    }

    private static Task<HeldPatroni[]> LookAtPatronisAsync(DeploymentSession deployment, RunHistory undone, CancellationToken cancellation) =>
        Task.WhenAll(deployment.Nodes.With(NodeRole.Postgres).Select(async node =>
        {
            var patroni = await EtcdRestorePlan.LookAsync(deployment, node, cancellation).ConfigureAwait(false);
            return new HeldPatroni(
                patroni,
                await UnitReport.ReadAsync(node, patroni.Unit, cancellation).ConfigureAwait(false),
                (await UnitFence.LookAsync(node, patroni.Unit, cancellation).ConfigureAwait(false)).IsThere,
                undone.HasTouched(FreezePatroniStep.Kind, node.Name));
        }));

    private static IEnumerable<PatroniToReplace> One(PatroniToReplace? patroni) => patroni is null ? [] : [patroni];

    private static DrException NothingToGoBackTo(DrPlan undone, MemberToPutBack[] members) => DrException.Of(
        DrErrorKind.Precondition,
        members.First(member => member.Old == OldData.Gone).Node.Name,
        $"Looking for the data from before run {undone.Id}",
        string.Join("; ", members.Where(member => member.Old == OldData.Gone).Select(member => $"on {member.Node.Name} {member.Where}, or that is the restored data")),
        $"There is nothing to go back to: go on with Resume-DrRun {undone.Id} where it broke off, or restore another snapshot with Restore-EtcdSnapshot.");

    private sealed record HeldPatroni(PatroniToReplace Patroni, UnitReport Unit, bool IsFenced, bool WasFrozen)
    {
        /// <summary>It moves nothing.</summary>
        public bool IsBound => Unit.IsFrozen || (IsFenced && Unit.IsDown);

        /// <summary>The restore holds it: frozen, or kept off where its node was started anew. Or it soon may: its last command can be on its way still.</summary>
        public bool IsHeld => Unit.IsFrozen || IsFenced || WasFrozen;
    }
}
