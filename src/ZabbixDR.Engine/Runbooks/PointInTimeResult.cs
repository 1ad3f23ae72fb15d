using System.Globalization;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a point-in-time recovery came to, from its plan and what its steps saw.</summary>
public static class PointInTimeResult
{
    /// <summary>Puts it together.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="run">Its run, which has succeeded.</param>
    public static PgPointInTimeRestore Of(DrPlan plan, DrRun run)
    {
        var facts = run.Steps.SelectMany(step => step.Facts).GroupBy(fact => fact.Key, StringComparer.Ordinal).ToDictionary(fact => fact.Key, fact => fact.Last().Value, StringComparer.Ordinal);
        var move = plan.Steps.First(step => step.Kind == MoveDataStep.Kind);
        return new PgPointInTimeRestore
        {
            Target = PointInTimeRequest.From(plan.Inputs).Goal,
            Stop = facts.GetValueOrDefault(PointInTimeFacts.Stop, ""),
            ReachedTime = Time(facts.GetValueOrDefault(PointInTimeFacts.ReachedTime)),
            ReachedLsn = facts.TryGetValue(PointInTimeFacts.ReachedLsn, out var lsn) ? PgLsn.Parse(lsn) : null,
            LastCommit = Time(facts.GetValueOrDefault(PointInTimeFacts.LastCommit)),
            Node = move.Node!,
            Set = plan.Steps.First(step => step.Kind == WayOpenStep.Kind).Arguments[PointInTimeRequest.SetInput],
            Timeline = int.Parse(facts[PointInTimeFacts.Timeline], CultureInfo.InvariantCulture),
            Checks = facts.Where(fact => fact.Key.StartsWith(PointInTimeFacts.Check, StringComparison.Ordinal)).ToDictionary(fact => fact.Key[PointInTimeFacts.Check.Length..], fact => fact.Value, StringComparer.Ordinal),
            Backup = facts[PointInTimeFacts.Backup],
            KeptData = move.Arguments["aside"],
            Run = run,
        };
    }

    private static DateTimeOffset? Time(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
