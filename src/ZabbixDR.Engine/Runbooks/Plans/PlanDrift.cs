using System.Collections.Immutable;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>What has changed since a plan was made.</summary>
internal static class PlanDrift
{
    private const string Nothing = "nothing";

    /// <summary>Compares a plan with the one that would be made now, of the same inputs and under the same id.</summary>
    /// <returns>The differences, each in a line; empty where the plan still fits.</returns>
    public static IReadOnlyList<string> Between(DrPlan planned, DrPlan found) =>
    [
        .. Values("module", planned.ModuleVersion, found.ModuleVersion),
        .. Observations(planned, found),
        .. Steps(planned, found),
    ];

    private static IEnumerable<string> Observations(DrPlan planned, DrPlan found)
    {
        var before = planned.Observed.ToLookup(fact => fact.Name, fact => fact.Value);
        var now = found.Observed.ToLookup(fact => fact.Name, fact => fact.Value);
        return before.Select(fact => fact.Key).Union(now.Select(fact => fact.Key)).SelectMany(name => Values(name, Text(before[name]), Text(now[name])));

        static string Text(IEnumerable<string> values) => string.Join("; ", values) is { Length: > 0 } text ? text : Nothing;
    }

    private static IEnumerable<string> Steps(DrPlan planned, DrPlan found)
    {
        foreach (var step in planned.Steps)
        {
            var others = found.Steps.Where(other => other.Id == step.Id).ToList();
            if (others.Count != 1 || planned.Steps.Count(other => other.Id == step.Id) != 1)
            {
                yield return $"step {step.Id}: planned, and would not be now";
            }
            else if (Parts(step).Except(Parts(others[0])).Select(part => part.Name).Distinct().ToList() is { Count: > 0 } differ)
            {
                yield return $"step {step.Id}: its {string.Join(", ", differ)} would be another now";
            }
            else if (Parts(step).Count != Parts(others[0]).Count)
            {
                yield return $"step {step.Id}: more would be done in it now";
            }
        }

        foreach (var step in found.Steps.Where(step => planned.Steps.All(other => other.Id != step.Id)))
        {
            yield return $"step {step.Id}: not planned, and would be now";
        }

        if (planned.Steps.Select(step => step.Id).ToHashSet().SetEquals(found.Steps.Select(step => step.Id)) && !planned.Steps.Select(step => step.Id).SequenceEqual(found.Steps.Select(step => step.Id)))
        {
            yield return $"steps: their order would be {string.Join(", ", found.Steps.Select(step => step.Id))}";
        }
    }

    // All but what is expected of its duration, which is no part of what is done.
    private static ImmutableHashSet<(string Name, string Value)> Parts(DrPlanStep step) =>
    [
        ("node", step.Node ?? ""),
        ("kind", step.Kind),
        ("text", $"{step.What}\n{step.Why}\n{step.Proof}\n{step.Undo}"),
        ("commands", string.Join('\n', step.Commands)),
        ("flags", $"{step.Destructive} {step.Idempotent}"),
        ("time limit", step.TimeLimit.ToString()),
        .. step.Arguments.Select(pair => (pair.Key, pair.Value)),
    ];

    private static IEnumerable<string> Values(string name, string planned, string found)
    {
        if (planned != found)
        {
            yield return $"{name}: planned {planned}; found {found}";
        }
    }
}
