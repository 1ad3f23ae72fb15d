using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks;

public sealed class RunExecutorTests
{
    // Seeded: a failure names the seed, which shows it again.
    private const int Seeds = 1_000;
    private const int CampaignSeeds = 10_000;

    [Fact]
    public Task Killed_anywhere_and_resumed_it_does_each_step_once_in_order_under_the_lock() => KillAndResumeAsync(Seeds);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task The_same_ten_thousand_times() => KillAndResumeAsync(CampaignSeeds);

    [Theory]
    [InlineData(SimulatedWorld.Fault.IntentWrittenLate, "before its intent was written")]
    [InlineData(SimulatedWorld.Fault.LockNotAsked, "held the lock")]
    [InlineData(SimulatedWorld.Fault.OutcomeForgotten, "was done twice")]
    internal async Task An_engine_that_is_broken_on_purpose_is_seen(SimulatedWorld.Fault fault, string seen)
    {
        var violations = new List<string>();
        for (var seed = 0; seed < 50 && violations.Count == 0; seed++)
        {
            violations.AddRange(await RunToTheEndAsync(new SimulatedWorld(seed) { Broken = fault }, deaths: 30));
        }

        Assert.Contains(violations, violation => violation.Contains(seen, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_that_fails_stops_the_run_keeps_the_lock_and_tells_how_every_step_stands()
    {
        var world = new SimulatedWorld(1);
        var plan = Plan("one", 3);
        var runbook = new FailingRunbook(world, "step-2");

        var error = await Assert.ThrowsAsync<DrException>(() => new RunExecutor(runbook, RunHistory.Begin(plan), world, world, _ => { }).RunAsync(null, CancellationToken.None));

        Assert.Equal(("StepFailed", "node-2"), (error.Id, error.Node));
        Assert.Contains("it cannot be", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 of 3 steps are done.", error.Message, StringComparison.Ordinal);
        Assert.Contains("\n  node-1: 1 of 1 steps done, the last one done: Do step 1\n  node-2: 0 of 1 steps done, the last one begun: Do step 2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("node-3", error.Message, StringComparison.Ordinal);
        Assert.Contains("Resume-DrRun one", error.Message, StringComparison.Ordinal);
        Assert.Equal("one", world.Holder);
        Assert.False(world.IsDone("step-3"));
        var run = world.Journal(fromElsewhere: false)!.Describe();
        Assert.Equal((DrRunStatus.Failed, 1, "step-2"), (run.Status, run.Done, run.At!.Step));

        // The cause is mended: the same run goes on, and is at its end.
        var resumed = await new RunExecutor(world, world.Journal(fromElsewhere: true)!, world, world, _ => { }).RunAsync(null, CancellationToken.None);

        Assert.Equal((DrRunStatus.Succeeded, 3, null), (resumed.Status, resumed.Done, resumed.At?.Step));
        Assert.Empty(world.Violations);
        Assert.Null(world.Holder);
    }

    [Fact]
    public async Task What_is_done_already_is_not_done_again_and_is_told_so()
    {
        var world = new SimulatedWorld(1);
        await new RunExecutor(world, RunHistory.Begin(Plan("one", 3)), world, world, _ => { }).RunAsync(null, CancellationToken.None);

        var run = await new RunExecutor(world, RunHistory.Begin(Plan("two", 3)), world, world, _ => { }).RunAsync(null, CancellationToken.None);

        Assert.All(run.Steps, step => Assert.Equal(DrStepStatus.AlreadyDone, step.Status));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public async Task Ctrl_C_between_two_steps_is_written_down_and_resumed()
    {
        var world = new SimulatedWorld(1);
        using var stop = new CancellationTokenSource();
        var executor = new RunExecutor(world, RunHistory.Begin(Plan("one", 3)), world, world, step =>
        {
            if (step is { Number: 2, Status: DrStepStatus.Done })
            {
                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => executor.RunAsync(null, stop.Token));

        Assert.False(world.IsDone("step-3"));
        var run = await new RunExecutor(world, world.Journal(fromElsewhere: false)!, world, world, _ => { }).RunAsync(null, CancellationToken.None);
        Assert.Equal(DrRunStatus.Succeeded, run.Status);
        Assert.Empty(world.Violations);
    }

    [Fact]
    public async Task A_run_whose_lock_another_took_stops_before_its_next_step()
    {
        var world = new SimulatedWorld(1);
        var executor = new RunExecutor(world, RunHistory.Begin(Plan("one", 3)), world, world, step => world.IsLost = step is { Number: 1, Status: DrStepStatus.Done });

        var error = await Assert.ThrowsAsync<DrException>(() => executor.RunAsync(null, CancellationToken.None));

        Assert.Equal(("StepFailed", "LockLost"), (error.Id, ((DrException)error.InnerException!).Id));
        Assert.True(world.IsDone("step-1") && !world.IsDone("step-2"));
        Assert.Equal("one", world.Holder);
    }

    [Fact]
    public void A_line_that_was_cut_while_it_was_written_is_left_out_and_one_in_the_middle_is_an_error()
    {
        var line = new JournalLine { Run = "r", Number = 1, At = DateTimeOffset.UnixEpoch, Event = JournalEvent.Taken, Operator = "o" }.ToJson();

        Assert.Single(JournalLine.ReadAll($"{line}\n{line[..20]}"));
        Assert.Single(JournalLine.ReadAll($"{line}\n{line[..20]}\n"));
        Assert.Throws<InvalidDataException>(() => JournalLine.ReadAll($"{line}\n{line[..20]}\n{line}\n"));
    }

    private static async Task KillAndResumeAsync(int seeds)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            var violations = await RunToTheEndAsync(new SimulatedWorld(seed), deaths: 4);
            Assert.True(violations.Count == 0, $"seed {seed}: {string.Join("; ", violations)}");
        }
    }

    // The process dies some times, at a point that is drawn; then it is resumed, here or elsewhere. Another operator tries his own run in between.
    private static async Task<IReadOnlyList<string>> RunToTheEndAsync(SimulatedWorld world, int deaths)
    {
        var plan = Plan("one", 2 + world.DrawPoints(6));
        for (var attempt = 0; ; attempt++)
        {
            world.DieAfter(attempt < deaths ? world.DrawPoints(25) : int.MaxValue);
            var history = world.Journal(world.DrawElsewhere()) ?? RunHistory.Begin(plan);
            try
            {
                var run = await new RunExecutor(world, history, world, world, _ => { }).RunAsync(null, CancellationToken.None);
                if (run.Status != DrRunStatus.Succeeded || run.At is not null || world.Holder is not null)
                {
                    world.Violations.Add($"it ended as {run.Status} at {run.At?.Step}, and {world.Holder} holds the lock");
                }

                return world.Violations;
            }
            catch (SimulatedWorld.ProcessDiedException)
            {
                await TryAnotherAsync(world);
            }
            catch (DrException) when (world.Broken != SimulatedWorld.Fault.None)
            {
                return world.Violations;
            }
        }
    }

    private static async Task TryAnotherAsync(SimulatedWorld world)
    {
        if (world.Holder is null)
        {
            return;
        }

        world.DieAfter(int.MaxValue);
        try
        {
            await new RunExecutor(world, RunHistory.Begin(Plan("two", 2, "other-")), new Nowhere(), world, _ => { }).RunAsync(null, CancellationToken.None);
        }
        catch (DrException busy) when (busy.Kind == DrErrorKind.Busy)
        {
        }
    }

    internal static DrPlan Plan(string run, int steps, string prefix = "step-") => new()
    {
        Id = run,
        Runbook = "Simulated",
        Title = "A simulated run",
        Deployment = "lab",
        CreatedAt = DateTimeOffset.UnixEpoch,
        CreatedBy = "someone@somewhere",
        ModuleVersion = "0",
        Steps = [.. Enumerable.Range(1, steps).Select(number => new DrPlanStep
        {
            Id = $"{prefix}{number}",
            Kind = "simulated",
            Node = $"node-{number}",
            What = $"Do step {number}",
            Why = "For the test.",
            Destructive = true,
            Proof = "It was done.",
            Undo = "None.",
            TimeLimit = TimeSpan.FromMinutes(1),
            Arguments = new Dictionary<string, string> { ["run"] = run, ["after"] = number == 1 ? "" : $"{prefix}{number - 1}" },
        })],
    };

    private sealed class Nowhere : IJournalCopies
    {
        public Task WriteAsync(JournalLine line, string? node, CancellationToken cancellation) => Task.CompletedTask;
    }

    private sealed class FailingRunbook(SimulatedWorld world, string failing) : IRunbook, IStepWork
    {
        public IStepWork Work(DrPlanStep step) => step.Id == failing ? this : world.Work(step);

        public Task<StepLook> LookAsync(CancellationToken cancellation) => Task.FromResult(StepLook.NotDone("it is not done"));

        public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) =>
            throw DrException.Of(DrErrorKind.DiskFull, "node-2", "Doing it", "it cannot be", "Mend it.");
    }
}
