namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>A restore that dies anywhere, while the servers' nodes are started anew and Patroni moves the lead: it never makes a second primary.</summary>
public sealed class FailoverSimulationTests
{
    private const int Seeds = 1_000;
    private const int CampaignSeeds = 10_000;

    // About as many as a restore has, and its way back.
    private const int Points = 1_100;

    [Fact]
    public Task Whoever_leads_meanwhile_there_is_one_primary_at_most() => RunAsync(Seeds);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task The_same_ten_thousand_times() => RunAsync(CampaignSeeds);

    private static async Task RunAsync(int seeds)
    {
        var moved = 0;
        await Parallel.ForAsync(0, seeds, async (seed, _) =>
        {
            var world = new SimulatedDeployment(seed) { Restarts = true, Failovers = true };
            var runs = new SimulatedRuns(world);
            var plan = SimulatedPlans.Restore(world, "one");
            if (!await EndsAsync(seed, runs, plan))
            {
                Interlocked.Increment(ref moved);
                await GoBackAsync(seed, world, runs, plan);
            }

            Require(world, $"seed {seed}");
        });

        // Else it would prove nothing.
        Assert.InRange(moved, seeds / 100, seeds / 2);
    }

    // The lead may move between the plan of a way back and its first step too: then it is given up, and another begun.
    private static async Task GoBackAsync(int seed, SimulatedDeployment world, SimulatedRuns runs, DrPlan plan)
    {
        while (world.Violations.Count == 0 && await runs.PlanUndoAsync(plan) is { } way && !await EndsAsync(seed, runs, way))
        {
            await runs.GiveUpAsync();
        }
    }

    private static async Task<bool> EndsAsync(int seed, SimulatedRuns runs, DrPlan plan)
    {
        try
        {
            await runs.LiveAndDieAsync(plan, Points);
            return true;
        }
        catch (TimeoutException waits)
        {
            throw new InvalidOperationException($"seed {seed}: {waits.Message}", waits);
        }
        catch (DrException failed) when (failed.Message.Contains("the plan gives the lead to", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static void Require(SimulatedDeployment world, string which)
    {
        Assert.True(world.Violations.Count == 0, $"{which}: {string.Join("; ", world.Violations)}");
        Assert.True(world.Nodes.All(node => SimulatedLock.Owner(node) is null), $"{which}: the lock is held");
        for (var rounds = 0; rounds < 20 * SimulatedPatroni.Expiry; rounds++)
        {
            world.Patroni.GoOn();
        }

        Assert.True(world.Patroni.Primaries.Count == 1, $"{which}: {world.Patroni.Primaries.Count} take writes\n{world.Describe()}");
        Assert.True(world.Violations.Count == 0, $"{which}: {string.Join("; ", world.Violations)}");
        foreach (var node in world.Nodes)
        {
            Assert.True(node.Units.Values.All(unit => unit is { IsActive: true, IsFrozen: false, IsFenced: false }), $"{which}: {node.Name} is not as it was\n{world.Describe()}");
        }
    }
}
