using System.Globalization;
using System.Text;

namespace ZabbixDR.Help;

/// <summary>Writes a cmdlet's page.</summary>
public static class MarkdownPage
{
    /// <summary>The page, with line feeds and a final one.</summary>
    public static string Of(CmdletHelp cmdlet)
    {
        ArgumentNullException.ThrowIfNull(cmdlet);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# {cmdlet.Name}\n\n{cmdlet.Synopsis}\n\n");
        page.Append("```powershell\n").AppendJoin("\n\n", cmdlet.Syntax.Select(set => SyntaxLine.Of(cmdlet.Name, set))).Append("\n```\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{cmdlet.Description}\n\n## Examples\n");
        foreach (var example in cmdlet.Examples)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n```powershell\n{example.Code}\n```\n\n{example.Text}\n");
        }

        if (cmdlet.Parameters.Count > 0)
        {
            page.Append("\n## Parameters\n");
        }

        foreach (var parameter in cmdlet.Parameters)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### -{parameter.Name}\n\n{parameter.Text}\n\n{Facts(parameter)}\n");
        }

        if (cmdlet.Outputs.Count > 0)
        {
            page.Append("\n## Output\n");
        }

        foreach (var output in cmdlet.Outputs)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### {output.Type}\n\n{output.Text}\n");
            AppendProperties(page, output.Properties);
        }

        if (cmdlet.Related.Count > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## See also\n\n{string.Join(", ", cmdlet.Related.Select(name => $"[{name}]({name}.md)"))}\n");
        }

        return page.ToString();
    }

    private static void AppendProperties(StringBuilder page, IReadOnlyList<OutputProperty> properties)
    {
        if (properties.Count > 0)
        {
            page.Append("\n| property | type | meaning |\n|---|---|---|\n");
        }

        foreach (var property in properties)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {property.Name} | {property.Type} | {string.Join(' ', property.Text.Paragraphs).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }

    private static string Facts(ParameterHelp parameter)
    {
        var facts = new List<string> { parameter.IsSwitch ? "switch" : $"type {parameter.Type}" };
        Add(parameter.Mandatory, "must be given");
        Add(parameter.Position is not null, $"position {parameter.Position}");
        Add(parameter.PipelineInput != "False", $"from the pipeline {parameter.PipelineInput.Replace("True ", "", StringComparison.Ordinal)}");
        Add(parameter.Wildcards, "wildcards");
        Add(parameter.Default.Length > 0, $"default `{parameter.Default}`");
        Add(parameter.AcceptedValues.Count > 0, $"values {string.Join(", ", parameter.AcceptedValues)}");
        Add(parameter.Aliases.Count > 0, $"alias {string.Join(", ", parameter.Aliases)}");
        return $"*{string.Join("; ", facts)}*";

        void Add(bool when, string fact)
        {
            if (when)
            {
                facts.Add(fact);
            }
        }
    }
}
