namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The engine is broken on purpose: the simulation must see it.</summary>
public sealed class BrokenOnPurposeTests
{
    // A fault that shows in none of so many is one that the thousand may miss too.
    private const int Seeds = 250;

    [Theory]
    [InlineData(Breakage.IntentWrittenLate, "before its intent was written")]
    [InlineData(Breakage.IntentOfTheFirstAlone, "before its intent was written")]
    [InlineData(Breakage.OutcomeForgotten, "was stopped on etcd-1 twice")]
    [InlineData(Breakage.LockNotAsked, "another run began while the lock was held")]
    [InlineData(Breakage.LeaseNotAsked, "another run began elsewhere while etcd's lease was held")]
    [InlineData(Breakage.FenceNotAsked, "was given out")]
    [InlineData(Breakage.SwapDeletes, "is there 0 times")]
    [InlineData(Breakage.StartedBeforeAllStopped, "while etcd-2 ran in old")]
    [InlineData(Breakage.PatroniNotFrozen, "PostgreSQL was demoted")]
    [InlineData(Breakage.FenceOfUnitIgnored, "take writes")]
    [InlineData(Breakage.PrimaryNotLookedAt, "take writes")]
    internal Task It_is_seen_in_a_restore(Breakage breakage, string seen)
    {
        var movesLead = breakage is Breakage.FenceOfUnitIgnored or Breakage.PrimaryNotLookedAt;
        return SeeAsync(breakage, seen, (seed, broken) => new SimulatedDeployment(seed, broken) { Restarts = movesLead, Failovers = movesLead }, SimulatedPlans.Restore);
    }

    [Theory]
    [InlineData(Breakage.IntentWrittenLate, "before its intent was written")]
    [InlineData(Breakage.IntentOfTheFirstAlone, "before its intent was written")]
    [InlineData(Breakage.LockNotAsked, "another run began while the lock was held")]
    [InlineData(Breakage.FenceNotAsked, "was given out")]
    [InlineData(Breakage.SwapDeletes, "is there 0 times")]
    [InlineData(Breakage.FenceOfUnitIgnored, "of a cluster that was left behind")]
    [InlineData(Breakage.OthersNotFenced, "of a cluster that was left behind")]
    [InlineData(Breakage.CopyLeftOut, "before its data was copied")]
    internal Task It_is_seen_in_a_repair(Breakage breakage, string seen) => SeeAsync(breakage, seen, LostQuorum, SimulatedPlans.Repair);

    [Theory]
    [InlineData(Breakage.IntentWrittenLate, "before its intent was written")]
    [InlineData(Breakage.IntentOfTheFirstAlone, "before its intent was written")]
    [InlineData(Breakage.LockNotAsked, "another run began while the lock was held")]
    [InlineData(Breakage.FenceNotAsked, "was given out")]
    [InlineData(Breakage.SwapDeletes, "is there 0 times")]
    [InlineData(Breakage.RecoverLeftOut, "Patroni replays what is to be undone")]
    [InlineData(Breakage.MoveLeftOut, "over the data old on pg-a")]
    internal Task It_is_seen_in_a_recovery(Breakage breakage, string seen) =>
        SeeAsync(breakage, seen, (seed, broken) => new SimulatedDeployment(seed, broken) { Restarts = true, RestartsFenced = true }, SimulatedPlans.Recovery);

    private static SimulatedDeployment LostQuorum(int seed, Breakage breakage)
    {
        var world = new SimulatedDeployment(seed, breakage) { Restarts = true };
        world.LoseQuorum();
        return world;
    }

    private static async Task SeeAsync(Breakage breakage, string seen, Func<int, Breakage, SimulatedDeployment> make, Func<SimulatedDeployment, string, DrPlan> plan)
    {
        var sound = make(0, Breakage.None);
        await new SimulatedRuns(sound).LiveAsync(plan(sound, "one"), int.MaxValue);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = make(seed, breakage);
            try
            {
                await new SimulatedRuns(world).LiveAndDieAsync(plan(world, "one"), sound.Life.Points);
            }
            catch (Exception ended) when (ended is DrException or TimeoutException)
            {
                // What is broken may come to no end.
            }

            if (world.Violations.Exists(violation => violation.Contains(seen, StringComparison.Ordinal)))
            {
                return;
            }
        }

        Assert.Fail($"none of {Seeds} runs showed that {breakage}");
    }
}
