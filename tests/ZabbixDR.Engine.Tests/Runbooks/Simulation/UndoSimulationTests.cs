using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The way back from a restore, on simulated nodes: the restore dies anywhere or ends, the way back dies anywhere too.</summary>
public sealed class UndoSimulationTests
{
    private const int Seeds = 1_000;
    private const int CampaignSeeds = 10_000;

    // About as many as a restore has, and its way back.
    private const int Points = 950;

    [Fact]
    public Task From_wherever_a_restore_died_it_comes_back_to_what_was() => GoBackAsync(Seeds, SimulatedPlans.Restore);

    [Fact]
    public Task From_wherever_a_fresh_cluster_was_left_it_does_too() => GoBackAsync(Seeds / 4, SimulatedPlans.Fresh);

    [Fact]
    public async Task What_a_restore_sent_as_it_died_may_arrive_once_the_way_back_is_planned()
    {
        var whole = new SimulatedDeployment(0);
        await new SimulatedRuns(whole).LiveAsync(SimulatedPlans.Restore(whole, "one"), int.MaxValue);
        await Parallel.ForAsync(0, whole.Life.Points, async (point, _) =>
        {
            var world = new SimulatedDeployment(point);
            var runs = new SimulatedRuns(world);
            var restore = SimulatedPlans.Restore(world, "one");
            world.Life.LateAfter = int.MaxValue;
            if (await runs.LiveAsync(restore, point) is null && await runs.PlanUndoAsync(restore) is { } plan)
            {
                world.Life.LateAfter = 0;
                Require(world, (await runs.LiveAsync(plan, int.MaxValue))!, $"point {point}");
            }
        });
    }

    [Fact]
    public async Task What_somebody_put_where_the_old_data_is_to_go_is_not_taken_for_it()
    {
        var world = new SimulatedDeployment(0);
        var runs = new SimulatedRuns(world);
        var restore = SimulatedPlans.Restore(world, "one");
        var swap = restore.Steps.Where(step => step.Kind == SwapMemberStep.Kind).ElementAt(1);
        var node = world.Nodes.Single(node => node.Name == swap.Node);
        var theirs = $"{swap.Arguments["aside"]}/theirs";
        node.Files.Write(theirs, "");
        await runs.LiveAsync(restore, int.MaxValue, expected: "StepFailed");
        var undo = (await runs.PlanUndoAsync(restore))!;

        var run = (await runs.LiveAsync(undo, int.MaxValue))!;

        Assert.True(node.Files.Has(theirs), world.Describe());
        Require(world, run, theirs);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public Task The_same_ten_thousand_times() => GoBackAsync(CampaignSeeds, SimulatedPlans.Restore);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task And_from_a_fresh_cluster() => GoBackAsync(CampaignSeeds, SimulatedPlans.Fresh);

    private static Task GoBackAsync(int seeds, Func<SimulatedDeployment, string, DrPlan> make) => Parallel.ForAsync(0, seeds, async (seed, _) =>
    {
        var world = new SimulatedDeployment(seed) { Restarts = true };
        var runs = new SimulatedRuns(world);
        var restore = make(world, "one");
        await runs.LiveAsync(restore, world.Draw(Points));
        await runs.MeanwhileAsync(restore);
        if (await runs.PlanUndoAsync(restore) is not { } plan)
        {
            return;
        }

        var run = await runs.LiveAndDieAsync(plan, Points);
        Require(world, run, $"seed {seed}");
        world.LetLeasesEnd();
        await runs.LiveAsync(restore, int.MaxValue, expected: "RunUndone");
    });

    private static void Require(SimulatedDeployment world, DrRun run, string which)
    {
        Assert.True(world.Violations.Count == 0, $"{which}: {string.Join("; ", world.Violations)}");
        Assert.True(run.Status == DrRunStatus.Succeeded && run.At is null, $"{which}: it ended as {run.Status} at {run.At?.Step}");
        Assert.True(world.Nodes.All(node => SimulatedLock.Owner(node) is null), $"{which}: the lock is held");
        Assert.True(world.Etcd.Serving?.Cluster == "old", $"{which}: {world.Etcd.Serving?.Cluster} serves");
        Assert.True(world.Patroni.Primaries.SequenceEqual(["pg-a"]), $"{which}: {string.Join(", ", world.Patroni.Primaries)} takes writes");
        foreach (var node in world.Nodes)
        {
            Assert.True(node.Units.Values.All(unit => unit is { IsActive: true, IsFrozen: false }), $"{which}: {node.Name} is not as it was\n{world.Describe()}");
            Assert.True(!node.Files.All.Any(file => file.Key.Contains("/zabbixdr-one", StringComparison.Ordinal)), $"{which}: {node.Name} has leftovers\n{world.Describe()}");
        }

        foreach (var node in world.Etcd.Members)
        {
            Assert.Equal($"old on {node.Name}", node.Files.Find(SimulatedEtcd.Member)?.Data?.Name);
        }
    }
}
