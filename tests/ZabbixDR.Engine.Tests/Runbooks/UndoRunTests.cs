using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks;

/// <summary>Going back from a run, in the simulated world: the run dies anywhere, what goes back from it dies anywhere too.</summary>
public sealed class UndoRunTests
{
    private const int Seeds = 1_000;

    [Fact]
    public async Task Killed_anywhere_both_a_run_is_taken_back_once_in_order_and_nobody_else_gets_between()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = new SimulatedWorld(seed);
            await GoBackAsync(world);
            Assert.True(world.Violations.Count == 0, $"seed {seed}: {string.Join("; ", world.Violations)}");
        }
    }

    [Fact]
    public async Task An_engine_that_takes_no_lock_over_is_seen()
    {
        var world = new SimulatedWorld(1) { Broken = SimulatedWorld.Fault.LockNotTakenOver };
        await RunUntilDeathAsync(world, 20);
        Assert.Equal("one", world.Holder);

        Assert.Equal(DrErrorKind.Busy, (await Assert.ThrowsAsync<DrException>(() => Executor(world, RunHistory.Begin(Undo("back", "one", ["step-1"]))).RunAsync(null, CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task Only_the_run_that_is_undone_gives_its_lock()
    {
        var world = new SimulatedWorld(1);
        await RunUntilDeathAsync(world, 20);

        Assert.Equal(DrErrorKind.Busy, (await Assert.ThrowsAsync<DrException>(() => Executor(world, RunHistory.Begin(Undo("back", "another", []))).RunAsync(null, CancellationToken.None))).Kind);

        Assert.Equal("one", world.Holder);
    }

    [Fact]
    public async Task A_run_is_undone_as_soon_as_another_that_goes_back_from_it_holds_the_lock()
    {
        var world = new SimulatedWorld(1);
        await RunUntilDeathAsync(world, 20);
        var undone = world.Journal(fromElsewhere: false)!;
        var undo = RunHistory.Begin(Undo("back", "one", []));

        RunHistory.Relate([undone, undo]);
        Assert.Equal((null, DrRunStatus.Unfinished), (undone.UndoneBy, undone.Describe().Status));

        await Executor(world, undo).RunAsync(null, CancellationToken.None);
        RunHistory.Relate([undone, undo]);

        Assert.Equal(("back", DrRunStatus.Undone, "back"), (undone.UndoneBy, undone.Describe().Status, undone.Describe().UndoneBy));
        Assert.Equal(("one", DrRunStatus.Succeeded), (undo.Describe().Undoes, undo.Describe().Status));
    }

    private static async Task GoBackAsync(SimulatedWorld world)
    {
        await RunUntilDeathAsync(world, 5 + world.DrawPoints(40));

        // By what is there, the last done first.
        var undo = Undo("back", "one", [.. world.Standing.Order(StringComparer.Ordinal).Reverse()]);
        for (var deaths = 0; ; deaths++)
        {
            world.DieAfter(deaths < 4 ? world.DrawPoints(25) : int.MaxValue);
            var history = world.Journal(world.DrawElsewhere("back"), "back") ?? RunHistory.Begin(undo);
            try
            {
                var run = await Executor(world, history).RunAsync(null, CancellationToken.None);
                Assert.Equal((DrRunStatus.Succeeded, null, 0), (run.Status, world.Holder, world.Standing.Count));
                return;
            }
            catch (SimulatedWorld.ProcessDiedException)
            {
                world.DieAfter(int.MaxValue);
                if (world.Holder == "back")
                {
                    // What is undone comes back to life, or is resumed: the lock is not its own any more.
                    Assert.Equal(DrErrorKind.Busy, (await Assert.ThrowsAsync<DrException>(() => Executor(world, world.Journal(fromElsewhere: false)!).RunAsync(null, CancellationToken.None))).Kind);
                }
            }
        }
    }

    private static async Task RunUntilDeathAsync(SimulatedWorld world, int points)
    {
        world.DieAfter(points);
        try
        {
            await Executor(world, RunHistory.Begin(RunExecutorTests.Plan("one", 4))).RunAsync(null, CancellationToken.None);
        }
        catch (SimulatedWorld.ProcessDiedException)
        {
        }

        world.DieAfter(int.MaxValue);
    }

    private static RunExecutor Executor(SimulatedWorld world, RunHistory history) => new(world, history, world, world, _ => { });

    private static DrPlan Undo(string run, string undone, IReadOnlyList<string> steps) => RunExecutorTests.Plan(run, 0) with
    {
        Undoes = undone,
        Steps = [.. steps.Select(step => RunExecutorTests.Plan(run, 1, "back-").Steps[0] with
        {
            Id = $"back-{step}",
            Arguments = new Dictionary<string, string> { ["run"] = run, ["after"] = "", ["removes"] = step },
        })],
    };
}
