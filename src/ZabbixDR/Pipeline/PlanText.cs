using System.Globalization;
using System.Text;

namespace ZabbixDR.Pipeline;

/// <summary>A plan as a person reads it before saying yes: what was found, each step, and the commands word by word.</summary>
internal static class PlanText
{
    public static string Of(DrPlan plan)
    {
        var text = new StringBuilder($"{plan.Title} (run {plan.Id})\n");
        if (plan.Expected is { } total)
        {
            text.Append(CultureInfo.InvariantCulture, $"  expected: {Seconds(total)}, the median of this user's earlier runs for each kind of step, not scaled{(plan.Steps.All(step => step.Expected is not null) ? "" : "; of some steps it is not known")}\n");
        }

        foreach (var fact in plan.Observed)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {fact.Name}: {fact.Value}\n");
        }

        foreach (var (step, index) in plan.Steps.Select((step, index) => (step, index)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{index + 1,3}. {(step.Node is null ? "" : $"{step.Node}: ")}{step.What}{(step.Destructive ? " [takes away]" : "")}{(step.Expected is { } expected ? $" (about {Seconds(expected)})" : "")}\n");
            foreach (var command in step.Commands)
            {
                text.Append(CultureInfo.InvariantCulture, $"       {command}\n");
            }
        }

        return text.ToString();
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
