namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The repair of etcd's quorum, and its way back, on simulated nodes: the process dies anywhere, and the run is resumed.</summary>
public sealed class RepairSimulationTests
{
    private const int Seeds = 1_000;
    private const int CampaignSeeds = 10_000;

    [Fact]
    public async Task A_repair_that_dies_at_any_one_point_ends_as_one_that_nobody_disturbs()
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(0, whole.Points, async (point, _) =>
        {
            var world = LostQuorum(point);
            var runs = new SimulatedRuns(world);
            var plan = SimulatedPlans.Repair(world, "one");
            var run = await runs.LiveAsync(plan, point) ?? await runs.LiveAsync(plan, int.MaxValue);
            Require(world, run!, whole.End, $"point {point}");
        });
    }

    [Fact]
    public Task A_repair_that_dies_again_and_again_while_others_want_the_lock_ends_as_one_that_nobody_disturbs() => DieAndResumeAsync(Seeds);

    [Fact]
    public Task Until_the_survivor_stands_alone_it_comes_back_to_what_was() => GoBackAsync(Seeds);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task The_same_ten_thousand_times() => DieAndResumeAsync(CampaignSeeds);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task The_way_back_ten_thousand_times() => GoBackAsync(CampaignSeeds);

    private static async Task DieAndResumeAsync(int seeds)
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(0, seeds, async (seed, _) =>
        {
            var world = LostQuorum(seed, restarts: true);
            var run = await new SimulatedRuns(world).LiveAndDieAsync(SimulatedPlans.Repair(world, "one"), whole.Points);
            Require(world, run, whole.End, $"seed {seed}");
        });
    }

    private static async Task GoBackAsync(int seeds)
    {
        var whole = await UndisturbedAsync();
        var back = 0;
        await Parallel.ForAsync(0, seeds, async (seed, _) =>
        {
            var world = LostQuorum(seed, restarts: true);
            var runs = new SimulatedRuns(world);
            var repair = SimulatedPlans.Repair(world, "one");
            await runs.LiveAsync(repair, world.Draw(whole.Points));
            await runs.MeanwhileAsync(repair);
            if (await runs.PlanUndoAsync(repair) is not { } plan)
            {
                return;
            }

            Interlocked.Increment(ref back);
            var run = await runs.LiveAndDieAsync(plan, whole.Points / 3);
            RequireOld(world, run, $"seed {seed}");
            world.LetLeasesEnd();
            await runs.LiveAsync(repair, int.MaxValue, expected: "RunUndone");
        });

        // Else it would prove nothing.
        Assert.InRange(back, seeds / 20, seeds);
    }

    private static SimulatedDeployment LostQuorum(int seed, bool restarts = false)
    {
        var world = new SimulatedDeployment(seed) { Restarts = restarts };
        world.LoseQuorum();
        return world;
    }

    private static async Task<(int Points, string End)> UndisturbedAsync()
    {
        var world = LostQuorum(0);
        var run = await new SimulatedRuns(world).LiveAsync(SimulatedPlans.Repair(world, "one"), int.MaxValue);
        Require(world, run!, world.Describe(), "undisturbed");
        Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], world.Etcd.Serving!.Voters);
        return (world.Life.Points, world.Describe());
    }

    private static void Require(SimulatedDeployment world, DrRun run, string end, string which)
    {
        RequireEnded(world, run, which);
        Assert.True(world.Etcd.Serving?.Voters.Count == 3, $"{which}: {world.Etcd.Serving?.Voters.Count} voters");
        Assert.True(world.Etcd.Members.All(node => !node.Units[SimulatedEtcd.Unit].IsForced), $"{which}: the flag is there\n{world.Describe()}");
        Assert.Equal(end, world.Describe());
    }

    private static void RequireOld(SimulatedDeployment world, DrRun run, string which)
    {
        RequireEnded(world, run, which);
        foreach (var node in world.Etcd.Members)
        {
            Assert.Equal($"old on {node.Name}", node.Files.Find(SimulatedEtcd.Member)?.Data?.Name);
            Assert.True(!node.Files.Has(node.Units[SimulatedEtcd.Unit].Fence), $"{which}: {node.Name} is fenced\n{world.Describe()}");
        }
    }

    private static void RequireEnded(SimulatedDeployment world, DrRun run, string which)
    {
        Assert.True(world.Violations.Count == 0, $"{which}: {string.Join("; ", world.Violations)}");
        Assert.True(run.Status == DrRunStatus.Succeeded && run.At is null, $"{which}: it ended as {run.Status} at {run.At?.Step}");
        Assert.True(world.Nodes.All(node => SimulatedLock.Owner(node) is null), $"{which}: the lock is held");
    }
}
