using System.Globalization;
using System.Xml.Linq;

namespace ZabbixDR.Help;

/// <summary>Writes Microsoft Assistance Markup Language as Get-Help reads it (the PSMaml schema of the PowerShell SDK's documentation).</summary>
public static class MamlFile
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The help of all cmdlets as one document.</summary>
    public static XDocument Of(IEnumerable<CmdletHelp> cmdlets) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(Root + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(Of)));

    private static XElement Of(CmdletHelp cmdlet) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Name.Split('-')[0]),
            new XElement(Command + "noun", cmdlet.Name.Split('-')[1]),
            Text(cmdlet.Synopsis)),
        Text(cmdlet.Description),
        new XElement(
            Command + "syntax",
            cmdlet.Syntax.Select(set => new XElement(
                Command + "syntaxItem",
                new XElement(Maml + "name", cmdlet.Name),
                set.Select(parameter => Parameter(parameter, inSyntax: true))))),
        new XElement(Command + "parameters", cmdlet.Parameters.Select(parameter => Parameter(parameter, inSyntax: false))),
        new XElement(
            Command + "inputTypes",
            cmdlet.Parameters.Where(parameter => parameter.PipelineInput.Contains("ByValue", StringComparison.Ordinal))
                .Select(parameter => new XElement(Command + "inputType", TypeOf(parameter.Type), Text(parameter.Text)))),
        new XElement(
            Command + "returnValues",
            cmdlet.Outputs.Select(output => new XElement(Command + "returnValue", TypeOf(output.Type), Text(output.Text)))),
        new XElement(Command + "examples", cmdlet.Examples.Select((example, index) => Example(example, index + 1))),
        new XElement(Command + "relatedLinks", cmdlet.Related.Select(name => new XElement(Maml + "navigationLink", new XElement(Maml + "linkText", name)))));

    private static XElement Parameter(ParameterHelp parameter, bool inSyntax) => new(
        Command + "parameter",
        new XAttribute("required", Lower(parameter.Mandatory)),
        new XAttribute("variableLength", Lower(parameter.Type.EndsWith("[]", StringComparison.Ordinal))),
        new XAttribute("globbing", Lower(parameter.Wildcards)),
        new XAttribute("pipelineInput", parameter.PipelineInput),
        new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        Text(inSyntax ? parameter.Text : WithValues(parameter)),
        inSyntax && parameter.AcceptedValues.Count > 0
            ? new XElement(
                Command + "parameterValueGroup",
                parameter.AcceptedValues.Select(value => new XElement(
                    Command + "parameterValue",
                    new XAttribute("required", "false"),
                    new XAttribute("variableLength", "false"),
                    value)))
            : null,
        parameter.IsSwitch && inSyntax
            ? null
            : new XElement(
                Command + "parameterValue",
                new XAttribute("required", Lower(!parameter.IsSwitch)),
                new XAttribute("variableLength", "false"),
                parameter.Type),
        TypeOf(parameter.Type),
        new XElement(Dev + "defaultValue", parameter.Default.Length > 0 ? parameter.Default : "None"));

    private static Prose WithValues(ParameterHelp parameter) => parameter.AcceptedValues.Count == 0
        ? parameter.Text
        : new Prose([.. parameter.Text.Paragraphs, $"Values: {string.Join(", ", parameter.AcceptedValues)}."]);

    // The title is what Get-Help prints as the example's heading; the empty paragraph parts it from the next one.
    private static XElement Example(ExampleHelp example, int number) => new(
        Command + "example",
        new XElement(Maml + "title", $"-------------------------- EXAMPLE {number} --------------------------"),
        new XElement(Maml + "introduction", new XElement(Maml + "para", "PS> ")),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", example.Text.Plain.Append("").Select(text => new XElement(Maml + "para", text))));

    private static XElement TypeOf(string name) => new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Text(Prose prose) => new(Maml + "description", prose.Plain.Select(text => new XElement(Maml + "para", text)));

    private static string Lower(bool value) => value ? "true" : "false";
}
