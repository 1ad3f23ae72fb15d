using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>How long steps took before, by the journals of this machine's user: what a person may expect of the next run.</summary>
internal static class StepDurations
{
    /// <summary>The plan, with what each of its steps is expected to take.</summary>
    /// <remarks>A journal that cannot be read is no reason to make no plan: it is left out.</remarks>
    public static DrPlan Expect(DrPlan plan, ILineFiles journals) => Expect(plan, Known(journals));

    /// <summary>The plan, with what each of its steps is expected to take after what is known.</summary>
    public static DrPlan Expect(DrPlan plan, IEnumerable<RunHistory> known)
    {
        var medians = known.Where(run => run.HasSucceeded && run.Plan.Deployment == plan.Deployment)
            .SelectMany(run => run.Plan.Steps.Select(step => (step.Kind, Last: run.Last(step))))
            .Where(step => step.Last is { Status: DrStepStatus.Done, Elapsed: not null })
            .GroupBy(step => step.Kind, step => step.Last!.Elapsed!.Value, StringComparer.Ordinal)
            .ToDictionary(kind => kind.Key, kind => Median([.. kind.Order()]), StringComparer.Ordinal);
        return plan with { Steps = [.. plan.Steps.Select(step => step with { Expected = medians.TryGetValue(step.Kind, out var median) ? median : null })] };
    }

    private static IEnumerable<RunHistory> Known(ILineFiles journals)
    {
        try
        {
            return RunJournals.ReadHere(journals).Select(journal => RunHistory.Merge([("here", journal.Lines)])).OfType<RunHistory>();
        }
        catch (Exception error) when (error is DrException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static TimeSpan Median(IReadOnlyList<TimeSpan> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}
