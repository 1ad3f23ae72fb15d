namespace ZabbixDR.Help;

/// <summary>What a cmdlet's documentation lacks.</summary>
public static class HelpGaps
{
    /// <summary>One sentence for each gap, naming the cmdlet and where to write.</summary>
    public static IEnumerable<string> Of(CmdletHelp cmdlet)
    {
        ArgumentNullException.ThrowIfNull(cmdlet);
        if (cmdlet.Synopsis.IsEmpty)
        {
            yield return $"{cmdlet.Name} has no synopsis: write a <summary> on its class.";
        }

        if (cmdlet.Description.IsEmpty)
        {
            yield return $"{cmdlet.Name} has no description: write <remarks> on its class.";
        }

        if (cmdlet.Examples.Count == 0)
        {
            yield return $"{cmdlet.Name} has no example: write an <example> with <code> and <para> on its class.";
        }

        foreach (var example in cmdlet.Examples.Where(example => example.Code.Length == 0 || example.Text.IsEmpty))
        {
            yield return $"{cmdlet.Name} has an example without {(example.Code.Length == 0 ? "<code>" : "a <para> that says what it does")}.";
        }

        foreach (var parameter in cmdlet.Parameters.Where(parameter => parameter.Text.IsEmpty))
        {
            yield return $"{cmdlet.Name} has no text for -{parameter.Name}: write a <summary> on {parameter.DeclaredAt}.";
        }

        foreach (var output in cmdlet.Outputs.Where(output => output.Text.IsEmpty))
        {
            yield return $"{cmdlet.Name} writes {output.Type}, which has no <summary>.";
        }
    }
}
