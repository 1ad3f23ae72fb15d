namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The runbooks' own steps, lock, fence and journals on simulated nodes: the process dies anywhere, and the run is resumed.</summary>
public sealed class RunbookSimulationTests
{
    // Seeded: a failure names the seed, which shows it again.
    private const int Seeds = 1_000;
    private const int CampaignSeeds = 10_000;

    // About as many points as a run has until it holds the lock.
    private const int UntilLocked = 60;

    [Fact]
    public async Task A_restore_that_dies_at_any_one_point_ends_as_one_that_nobody_disturbs()
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(0, whole.Points, async (point, _) =>
        {
            var world = new SimulatedDeployment(point);
            var runs = new SimulatedRuns(world);
            var plan = SimulatedPlans.Restore(world, "one");
            var run = await runs.LiveAsync(plan, point) ?? await runs.LiveAsync(plan, int.MaxValue);
            Require(world, run!, whole.End, $"point {point}");
        });
    }

    [Fact]
    public async Task What_it_sent_as_it_died_may_arrive_while_the_next_life_takes_the_lock()
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(UntilLocked - 20, UntilLocked, async (point, _) =>
        {
            for (var late = point % 4; late < UntilLocked; late += 4)
            {
                var world = new SimulatedDeployment(point);
                var runs = new SimulatedRuns(world);
                var plan = SimulatedPlans.Restore(world, "one");
                world.Life.LateAfter = late;
                var run = await runs.LiveAsync(plan, point) ?? await runs.LiveAsync(plan, int.MaxValue);
                Require(world, run!, whole.End, $"point {point}, late after {late}");
            }
        });
    }

    [Fact]
    public Task A_restore_that_dies_again_and_again_while_others_want_the_lock_ends_as_one_that_nobody_disturbs() => DieAndResumeAsync(Seeds);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task The_same_ten_thousand_times() => DieAndResumeAsync(CampaignSeeds);

    private static async Task DieAndResumeAsync(int seeds)
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(0, seeds, async (seed, _) =>
        {
            var world = new SimulatedDeployment(seed) { Restarts = true };
            var run = await new SimulatedRuns(world).LiveAndDieAsync(SimulatedPlans.Restore(world, "one"), whole.Points);
            Require(world, run, whole.End, $"seed {seed}");
        });
    }

    private static async Task<(int Points, string End)> UndisturbedAsync()
    {
        var world = new SimulatedDeployment(0);
        var run = await new SimulatedRuns(world).LiveAsync(SimulatedPlans.Restore(world, "one"), int.MaxValue);
        Require(world, run!, world.Describe(), "undisturbed");
        return (world.Life.Points, world.Describe());
    }

    private static void Require(SimulatedDeployment world, DrRun run, string end, string which)
    {
        Assert.True(world.Violations.Count == 0, $"{which}: {string.Join("; ", world.Violations)}");
        Assert.True(run.Status == DrRunStatus.Succeeded && run.At is null, $"{which}: it ended as {run.Status} at {run.At?.Step}");
        Assert.True(world.Nodes.All(node => SimulatedLock.Owner(node) is null), $"{which}: the lock is held");
        Assert.Equal(end, world.Describe());
    }
}
