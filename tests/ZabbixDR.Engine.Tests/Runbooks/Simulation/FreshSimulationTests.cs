namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>A fresh etcd for Patroni, on simulated nodes: the process dies anywhere, and the run is resumed or gone back from.</summary>
public sealed class FreshSimulationTests
{
    private const int Seeds = 1_000;
    private const int CampaignSeeds = 10_000;

    [Fact]
    public async Task One_that_dies_at_any_one_point_ends_as_one_that_nobody_disturbs()
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(0, whole.Points, async (point, _) =>
        {
            var world = new SimulatedDeployment(point);
            var runs = new SimulatedRuns(world);
            var plan = SimulatedPlans.Fresh(world, "one");
            Require(world, (await runs.LiveAsync(plan, point) ?? await runs.LiveAsync(plan, int.MaxValue))!, whole.End, $"point {point}");
        });
    }

    [Fact]
    public Task One_that_dies_again_and_again_while_others_want_the_lock_ends_so_too() => DieAndResumeAsync(Seeds);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task The_same_ten_thousand_times() => DieAndResumeAsync(CampaignSeeds);

    private static async Task DieAndResumeAsync(int seeds)
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(0, seeds, async (seed, _) =>
        {
            var world = new SimulatedDeployment(seed) { Restarts = true };
            Require(world, await new SimulatedRuns(world).LiveAndDieAsync(SimulatedPlans.Fresh(world, "one"), whole.Points), whole.End, $"seed {seed}");
        });
    }

    private static async Task<(int Points, string End)> UndisturbedAsync()
    {
        var world = new SimulatedDeployment(0);
        var run = await new SimulatedRuns(world).LiveAsync(SimulatedPlans.Fresh(world, "one"), int.MaxValue);
        Require(world, run!, world.Describe(), "undisturbed");
        return (world.Life.Points, world.Describe());
    }

    private static void Require(SimulatedDeployment world, DrRun run, string end, string which)
    {
        Assert.True(world.Violations.Count == 0, $"{which}: {string.Join("; ", world.Violations)}");
        Assert.True(run.Status == DrRunStatus.Succeeded && run.At is null, $"{which}: it ended as {run.Status} at {run.At?.Step}");
        Assert.True(world.Nodes.All(node => SimulatedLock.Owner(node) is null), $"{which}: the lock is held");
        Assert.True(world.Etcd.Serving is { IsFresh: true }, $"{which}: what serves is not fresh");
        Assert.Equal(end, world.Describe());
    }
}
