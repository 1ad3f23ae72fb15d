using ZabbixDR.Engine.Runbooks.Plans;

namespace ZabbixDR.Engine.Tests.Runbooks.Plans;

public sealed class PlanDriftTests
{
    private static readonly DrPlanStep s_step = PlanSamples.Step("one", "etcd-1") with { Arguments = new Dictionary<string, string> { ["sha256"] = "aa" } };

    private static DrPlan Plan => PlanSamples.Whole with
    {
        Observed = [new("first", "pg-siteA"), new("snapshot", "aa")],
        Steps = [s_step, PlanSamples.Step("two", "etcd-2")],
    };

    [Fact]
    public void The_same_made_later_by_another_with_other_expectations_still_fits() =>
        Assert.Empty(PlanDrift.Between(Plan, Plan with
        {
            CreatedAt = DateTimeOffset.UtcNow,
            CreatedBy = "anna@elsewhere",
            Steps = [.. Plan.Steps.Select(step => step with { Expected = TimeSpan.FromSeconds(3) })],
        }));

    [Fact]
    public void Each_difference_is_named()
    {
        Differs(Plan with { ModuleVersion = "0.2.0" }, "module: planned 0.1.0+abc; found 0.2.0");
        Differs(Plan with { Observed = [new("first", "pg-siteB"), new("snapshot", "aa")] }, "first: planned pg-siteA; found pg-siteB");
        Differs(Plan with { Observed = [new("snapshot", "aa")] }, "first: planned pg-siteA; found nothing");
        Differs(Plan with { Observed = [.. Plan.Observed, new("more", "x")] }, "more: planned nothing; found x");
        Differs(Plan with { Steps = [Plan.Steps[0]] }, "step two: planned, and would not be now");
        Differs(Plan with { Steps = [.. Plan.Steps, PlanSamples.Step("three", null)] }, "step three: not planned, and would be now");
        Differs(Plan with { Steps = [.. Plan.Steps.Reverse()] }, "steps: their order would be two, one");
        Differs(With(s_step with { Commands = ["rm -rf /"] }), "step one: its commands would be another now");
        Differs(With(s_step with { Node = "etcd-3", Kind = "other" }), "step one: its kind, node would be another now", "step one: its node, kind would be another now");
        Differs(With(s_step with { TimeLimit = TimeSpan.Zero }), "step one: its time limit would be another now");
        Differs(With(s_step with { Destructive = true }), "step one: its flags would be another now");
        Differs(With(s_step with { Undo = "Pray." }), "step one: its text would be another now");
        Differs(With(s_step with { Arguments = new Dictionary<string, string> { ["sha256"] = "bb" } }), "step one: its sha256 would be another now");
        Differs(With(s_step with { Arguments = new Dictionary<string, string> { ["sha256"] = "aa", ["force"] = "yes" } }), "step one: more would be done in it now");
    }

    private static DrPlan With(DrPlanStep step) => Plan with { Steps = [step, Plan.Steps[1]] };

    private static void Differs(DrPlan found, params string[] expected) => Assert.Contains(Assert.Single(PlanDrift.Between(Plan, found)), expected);
}
