using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>Operators of a simulated deployment: they run, die, and resume, here or on another machine.</summary>
internal sealed class SimulatedRuns(SimulatedDeployment world)
{
    /// <summary>The run of somebody who wants to begin meanwhile.</summary>
    public const string Another = "another";

    /// <summary>The key of etcd that holds the lock.</summary>
    public const string Lease = "/zabbixdr/lock/zabbix-cluster";

    private const string Elsewhere = "elsewhere";

    // A run of some hundred points dies now and then at once, and mostly somewhere within.
    private const int MostDeaths = 4;

    // A run takes milliseconds here: one that waits so long waits for what never comes.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly ChangePermit s_permit = ChangePermit.AfterConsent("a test");

    /// <summary>Runs a plan to its end, through deaths at points that are drawn, restarts of etcd's nodes, and others who want the lock.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="points">How many points the plan has where nobody disturbs it.</param>
    public async Task<DrRun> LiveAndDieAsync(DrPlan plan, int points)
    {
        for (var deaths = 1 + world.Draw(MostDeaths); deaths > 0; deaths--)
        {
            if (await LiveAsync(plan, world.Draw(points)) is { } run)
            {
                return run;
            }

            if (world.Violations.Count > 0)
            {
                break;
            }

            await MeanwhileAsync(plan);
        }

        return world.Violations.Count > 0 ? RunHistory.Begin(plan).Describe() : (await LiveAsync(plan, int.MaxValue))!;
    }

    /// <summary>Begins a run, or goes on with it, until its end or the end of this life.</summary>
    /// <returns>The run; null where the life ended.</returns>
    /// <param name="plan">The plan.</param>
    /// <param name="points">How many points this life has.</param>
    /// <param name="expected">The error that there must be; null for none.</param>
    public async Task<DrRun?> LiveAsync(DrPlan plan, int points, string? expected = null)
    {
        world.LetWorkGoOn();
        world.Life.Begin(points);
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            var (histories, _) = await RunControl.ReadAsync(world.Session, CancellationToken.None);
            var history = histories.FirstOrDefault(one => one.Plan.Id == plan.Id);
            return world.Broken is Breakage.IntentWrittenLate or Breakage.IntentOfTheFirstAlone or Breakage.OutcomeForgotten
                ? await BrokenEngine.RunAsync(world.Session, history ?? RunHistory.Begin(plan), s_permit, world.Broken, patience.Token)
                : history is not null
                ? await RunControl.ResumeAsync(world.Session, plan.Id, s_permit, _ => { }, null, patience.Token)
                : await RunControl.StartAsync(world.Session, plan, s_permit, _ => { }, null, patience.Token);
        }
        catch (Exception) when (world.Life.IsDead)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"run {plan.Id} still waits at {(await RunControl.ListAsync(world.Session, CancellationToken.None)).Runs.First(run => run.Id == plan.Id).At}\n{world.Describe()}");
        }
        catch (DrException refused) when (refused.Id == expected)
        {
            return null;
        }
        catch (DrException ended) when (ended.Id == "RunHasSucceeded")
        {
            world.Life.Begin(int.MaxValue);
            return (await RunControl.ListAsync(world.Session, CancellationToken.None)).Runs.First(run => run.Id == plan.Id);
        }
    }

    /// <summary>Plans the way back from a run; null where no journal tells of it, since it died before it wrote anything.</summary>
    public async Task<DrPlan?> PlanUndoAsync(DrPlan plan)
    {
        world.LetWorkGoOn();
        world.Life.Begin(int.MaxValue);
        try
        {
            return await UndoPlan.MakeAsync(world.Session, plan.Id, CancellationToken.None);
        }
        catch (DrException unknown) when (unknown.Id is "RunNotFound" or "NothingToGoBackTo")
        {
            return null;
        }
    }

    /// <summary>Takes the lock away, as Remove-DrLock does: the run that held it is given up.</summary>
    public async Task GiveUpAsync()
    {
        world.Life.Begin(int.MaxValue);
        foreach (var node in world.Session.Nodes.All.Where(node => node is not UnseenNode))
        {
            await RunControl.BreakLockAsync(world.Session, node, s_permit, "a test", CancellationToken.None);
        }
    }

    /// <summary>What happens between two lives: the next operator may be on another machine, and another one may want to begin.</summary>
    public async Task MeanwhileAsync(DrPlan plan)
    {
        var isKnownToNodes = world.Nodes.Any(node => node.Files.Has($"{RunJournals.NodeFolder}/{plan.Id}.jsonl"));
        if (isKnownToNodes && world.Draw(3) == 0)
        {
            world.Here.Lose();
        }

        IReadOnlyList<SimulatedNode> nodes = world.Failovers ? world.Nodes
            : world.RestartsFenced && world.With(NodeRole.Postgres).Where(node => node.Units[SimulatedPatroni.Unit].IsFenced).ToList() is { Count: > 0 } fenced ? fenced
            : world.Etcd.Members;
        var restarting = nodes[world.Draw(nodes.Count)];

        // Where the node goes down between the exchange's two renames, etcd starts empty, and a person has to move that away: it is not drawn.
        if (world.Restarts && (!world.Etcd.Members.Contains(restarting) || restarting.Files.Has(SimulatedEtcd.Member)) && world.Draw(world.Failovers ? 2 : 4) == 0)
        {
            restarting.Restart();
        }

        try
        {
            switch (world.Draw(4))
            {
                case 0:
                    await RefuseAnotherAsync(plan);
                    break;
                case 1:
                    await RefuseAnotherElsewhereAsync(plan);
                    break;
                case 2:
                    world.LetLeasesEnd();
                    await RefuseAnotherAsync(plan);
                    break;
            }
        }
        catch (ProcessDiedException) when (world.Violations.Count > 0)
        {
            // The test says which.
        }
    }

    // Somebody else sees no node that this run holds, and meets it in etcd alone, where that has a quorum.
    private async Task RefuseAnotherElsewhereAsync(DrPlan plan)
    {
        var holder = world.Etcd.Serving?.Keys.GetValueOrDefault(Lease);
        var held = holder?.Contains($"\"run\":\"{plan.Id}\"", StringComparison.Ordinal) is true;
        world.Life.Begin(int.MaxValue);
        try
        {
            await RunControl.StartAsync(world.SessionElsewhere, SimulatedPlans.Restore(world, Elsewhere) with { Steps = [] }, s_permit, _ => { }, null, CancellationToken.None);
            if (held)
            {
                world.Violate("another run began elsewhere while etcd's lease was held");
            }
        }
        catch (DrException busy) when (busy.Kind == DrErrorKind.Busy)
        {
            if (holder is null)
            {
                world.Violate($"etcd's lease was refused, and nobody held it: {busy.Message}");
            }
        }
    }

    private async Task RefuseAnotherAsync(DrPlan plan)
    {
        var held = world.Nodes.Any(node => SimulatedLock.Owner(node) is not null);
        world.Life.Begin(int.MaxValue);
        var other = SimulatedPlans.Restore(world, Another) with { Steps = [] };
        try
        {
            await RunControl.StartAsync(world.Session, other, s_permit, _ => { }, null, CancellationToken.None);

            // The command that gave the lock back at the end of a run may have been under way too.
            if (held && (await RunControl.ListAsync(world.Session, CancellationToken.None)).Runs.First(run => run.Id == plan.Id).Status != DrRunStatus.Succeeded)
            {
                world.Violate("another run began while the lock was held");
            }
        }
        catch (DrException busy) when (busy.Kind == DrErrorKind.Busy)
        {
            // A lock that was free may have been taken by a command of the dead process that arrived only now.
        }
    }
}
