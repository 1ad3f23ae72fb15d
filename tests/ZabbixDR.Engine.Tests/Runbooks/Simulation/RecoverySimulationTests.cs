namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>A point-in-time recovery, and its way back, on simulated nodes: the process dies anywhere, and the run is resumed.</summary>
public sealed class RecoverySimulationTests
{
    private const int Seeds = 1_000;
    private const int CampaignSeeds = 10_000;

    [Fact]
    public async Task A_recovery_that_dies_at_any_one_point_ends_as_one_that_nobody_disturbs()
    {
        var whole = await UndisturbedAsync();
        await Parallel.ForAsync(0, whole.Points, async (point, _) =>
        {
            var world = new SimulatedDeployment(point);
            var runs = new SimulatedRuns(world);
            var plan = SimulatedPlans.Recovery(world, "one");
            var run = await runs.LiveAsync(plan, point) ?? await runs.LiveAsync(plan, int.MaxValue);
            Require(world, run!, whole.End, $"point {point}");
        });
    }

    [Fact]
    public Task A_recovery_that_dies_again_and_again_while_nodes_are_started_anew_ends_as_one_that_nobody_disturbs() => DieAndResumeAsync(Seeds);

    [Fact]
    public Task Until_its_timeline_is_archived_it_comes_back_to_what_was() => GoBackAsync(Seeds);

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
            var world = new SimulatedDeployment(seed) { Restarts = true, RestartsFenced = true };
            var run = await new SimulatedRuns(world).LiveAndDieAsync(SimulatedPlans.Recovery(world, "one"), whole.Points);
            Require(world, run, whole.End, $"seed {seed}");
        });
    }

    private static async Task GoBackAsync(int seeds)
    {
        var whole = await UndisturbedAsync();
        var back = 0;
        await Parallel.ForAsync(0, seeds, async (seed, _) =>
        {
            var world = new SimulatedDeployment(seed) { Restarts = true, RestartsFenced = true };
            var runs = new SimulatedRuns(world);
            var recovery = SimulatedPlans.Recovery(world, "one");
            await runs.LiveAsync(recovery, world.Draw(whole.Points));
            await runs.MeanwhileAsync(recovery);
            if (await runs.PlanUndoAsync(recovery) is not { } plan)
            {
                return;
            }

            Interlocked.Increment(ref back);
            RequireOld(world, await runs.LiveAndDieAsync(plan, whole.Points / 2), $"seed {seed}");
            world.LetLeasesEnd();
            await runs.LiveAsync(recovery, int.MaxValue, expected: "RunUndone");
        });

        // Else it would prove nothing.
        Assert.InRange(back, seeds / 10, seeds);
    }

    private static async Task<(int Points, string End)> UndisturbedAsync()
    {
        var world = new SimulatedDeployment(0);
        var run = await new SimulatedRuns(world).LiveAsync(SimulatedPlans.Recovery(world, "one"), int.MaxValue);
        Require(world, run!, world.Describe(), "undisturbed");
        return (world.Life.Points, world.Describe());
    }

    private static void Require(SimulatedDeployment world, DrRun run, string end, string which)
    {
        RequireEnded(world, run, which);
        Assert.All(world.With(NodeRole.Postgres), node => Assert.True(SimulatedPostgres.In(node) is { IsRecovered: true, Timeline: 3 }, $"{which}: {node.Name} has {SimulatedPostgres.In(node)?.Describe()}"));
        Assert.Equal(end, world.Describe());
    }

    private static void RequireOld(SimulatedDeployment world, DrRun run, string which)
    {
        RequireEnded(world, run, which);
        Assert.All(world.With(NodeRole.Postgres), node => Assert.Equal($"old on {node.Name}, timeline 1", SimulatedPostgres.In(node)?.Describe()));
    }

    private static void RequireEnded(SimulatedDeployment world, DrRun run, string which)
    {
        Assert.True(world.Violations.Count == 0, $"{which}: {string.Join("; ", world.Violations)}");
        Assert.True(run.Status == DrRunStatus.Succeeded && run.At is null, $"{which}: it ended as {run.Status} at {run.At?.Step}");
        Assert.True(world.Nodes.All(node => SimulatedLock.Owner(node) is null), $"{which}: the lock is held");
        Assert.True(world.Patroni.Primaries.SequenceEqual(["pg-a"]), $"{which}: {string.Join(", ", world.Patroni.Primaries)} takes writes");
        Assert.True(world.Nodes.All(node => node.Works.Count == 0), $"{which}: something of it still runs\n{world.Describe()}");
        Assert.All(world.With(NodeRole.Postgres), node => Assert.True(node.Units[SimulatedPatroni.Unit] is { IsActive: true, IsFenced: false }, $"{which}: {node.Name} is kept off\n{world.Describe()}"));
    }
}
