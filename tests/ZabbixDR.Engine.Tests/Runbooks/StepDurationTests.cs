using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Engine.Tests.Runbooks.Plans;

namespace ZabbixDR.Engine.Tests.Runbooks;

public sealed class StepDurationTests
{
    private static readonly DrPlan s_plan = PlanSamples.Whole with { Steps = [PlanSamples.Step("one", "etcd-1"), PlanSamples.Step("two", null) with { Kind = "other" }] };

    [Fact]
    public void What_is_expected_is_the_median_of_the_kind_in_runs_that_succeeded()
    {
        var plan = StepDurations.Expect(
            s_plan,
            [
                Run(DrRunStatus.Succeeded, DrStepStatus.Done, 4),
                Run(DrRunStatus.Succeeded, DrStepStatus.Done, 1),
                Run(DrRunStatus.Succeeded, DrStepStatus.Done, 2),
                Run(DrRunStatus.Succeeded, DrStepStatus.Done, 100),
                Run(DrRunStatus.Succeeded, DrStepStatus.AlreadyDone, 0),
                Run(DrRunStatus.Failed, DrStepStatus.Done, 1000),
                Run(DrRunStatus.Succeeded, DrStepStatus.Done, 1000, "another"),
            ]);

        Assert.Equal([TimeSpan.FromSeconds(3), null], plan.Steps.Select(step => step.Expected));
        Assert.Equal(TimeSpan.FromSeconds(3), plan.Expected);
    }

    [Fact]
    public void Nothing_is_expected_where_nothing_is_known()
    {
        var plan = StepDurations.Expect(s_plan, []);

        Assert.All(plan.Steps, step => Assert.Null(step.Expected));
        Assert.Null(plan.Expected);
    }

    private static RunHistory Run(DrRunStatus outcome, DrStepStatus status, int seconds, string deployment = "lab")
    {
        var line = new JournalLine { Run = "r", Number = 2, At = DateTimeOffset.UnixEpoch, Event = JournalEvent.Ended, Operator = "o", Step = "one", Status = status, Elapsed = TimeSpan.FromSeconds(seconds) };
        var history = RunHistory.Begin(s_plan with { Deployment = deployment });
        history.Add(line);
        history.Add(line with { Number = 3, Event = JournalEvent.Closed, Step = null, Status = null, Outcome = outcome });
        return history;
    }
}
