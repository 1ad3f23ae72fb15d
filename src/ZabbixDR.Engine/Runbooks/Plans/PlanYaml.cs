using System.Globalization;
using System.Text;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>
/// Writes a plan as YAML, for people to review and for <see cref="PlanReader"/> to read back. There is one way only to write a plan, and all of
/// it is ASCII: no text looks like another, and nothing can stand in the file that is not in the plan.
/// </summary>
internal static class PlanYaml
{
    private const string Head =
        "# A plan of ZabbixDR: what was found, and every step with its commands. Approve-DrPlan approves it, Invoke-DrPlan runs it.\n"
        + "# It is taken only as it was written: where a letter is changed, it is refused.\n";

    /// <summary>The text; each line ends with a line feed, and none of them is <c>---</c>.</summary>
    public static string Of(DrPlan plan)
    {
        var text = new StringBuilder(Head);
        Entry(text, "", "plan", plan.Id);
        Entry(text, "", "runbook", plan.Runbook);
        Entry(text, "", "title", plan.Title);
        Entry(text, "", "deployment", plan.Deployment);
        Entry(text, "", "createdAt", plan.CreatedAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        Entry(text, "", "createdBy", plan.CreatedBy);
        Entry(text, "", "moduleVersion", plan.ModuleVersion);
        Entry(text, "", "undoes", plan.Undoes);
        Map(text, "", "inputs", plan.Inputs);
        text.Append(plan.Observed.Count == 0 ? "\nobserved: []\n" : "\nobserved:\n");
        foreach (var fact in plan.Observed)
        {
            Entry(text, "- ", "name", fact.Name);
            Entry(text, "  ", "value", fact.Value);
        }

        text.Append(plan.Steps.Count == 0 ? "\nsteps: []\n" : "\nsteps:\n");
        foreach (var (step, index) in plan.Steps.Select((step, index) => (step, index)))
        {
            text.Append(CultureInfo.InvariantCulture, $"# Step {index + 1} of {plan.Steps.Count}\n");
            Step(text, step);
        }

        return text.ToString();
    }

    private static void Step(StringBuilder text, DrPlanStep step)
    {
        Entry(text, "- ", "id", step.Id);
        Entry(text, "  ", "node", step.Node);
        Entry(text, "  ", "what", step.What);
        Entry(text, "  ", "why", step.Why);
        text.Append(step.Commands.Count == 0 ? "  commands: []\n" : "  commands:\n");
        foreach (var command in step.Commands)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {YamlWriter.Quoted(command)}\n");
        }

        Entry(text, "  ", "proof", step.Proof);
        Entry(text, "  ", "undo", step.Undo);
        Entry(text, "  ", "destructive", step.Destructive ? "yes" : "no");
        Entry(text, "  ", "idempotent", step.Idempotent ? "yes" : "no");
        Entry(text, "  ", "timeLimit", step.TimeLimit.ToString("c", CultureInfo.InvariantCulture));
        Entry(text, "  ", "expected", step.Expected?.ToString("c", CultureInfo.InvariantCulture));
        Entry(text, "  ", "kind", step.Kind);
        Map(text, "  ", "arguments", step.Arguments);
    }

    private static void Entry(StringBuilder text, string indent, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}{key}: {YamlWriter.Quoted(value)}\n");
        }
    }

    private static void Map(StringBuilder text, string indent, string key, IReadOnlyDictionary<string, string> values)
    {
        text.Append(CultureInfo.InvariantCulture, $"{indent}{key}:{(values.Count == 0 ? " {}" : "")}\n");
        foreach (var (name, value) in values)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}  {YamlWriter.Quoted(name)}: {YamlWriter.Quoted(value)}\n");
        }
    }
}
