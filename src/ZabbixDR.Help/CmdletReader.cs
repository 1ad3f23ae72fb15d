using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace ZabbixDR.Help;

/// <summary>Puts a cmdlet's metadata and its documentation together.</summary>
public sealed class CmdletReader
{
    private readonly XmlDocumentation _documentation;
    private readonly ProseReader _prose;

    /// <summary>Makes the reader.</summary>
    public CmdletReader(XmlDocumentation documentation, ProseReader prose) => (_documentation, _prose) = (documentation, prose);

    /// <summary>Reads a cmdlet's help; what is missing is empty.</summary>
    public CmdletHelp Read(CmdletInfo cmdlet)
    {
        ArgumentNullException.ThrowIfNull(cmdlet);
        var type = cmdlet.ImplementingType;
        var written = _documentation.Of(type);
        var parameters = new ParameterReader(_documentation, _prose, type);
        var syntax = cmdlet.ParameterSets
            .OrderByDescending(set => set.IsDefault)
            .ThenBy(set => set.Name, StringComparer.Ordinal)
            .Select(set => (IReadOnlyList<ParameterHelp>)[.. InSyntaxOrder(parameters.Read(set))])
            .ToList();
        return new CmdletHelp(
            cmdlet.Name,
            _prose.Read(written?.Element("summary")),
            _prose.Read(written?.Element("remarks")),
            syntax,
            [.. syntax.SelectMany(set => set).DistinctBy(parameter => parameter.Name).OrderBy(parameter => parameter.Name, StringComparer.Ordinal)],
            [.. cmdlet.OutputType.Where(output => output.Type is not null).Select(output => Output(output.Type))],
            [.. (written?.Elements("example") ?? []).Select(Example)],
            [.. (written?.Elements("seealso") ?? []).Select(see => _prose.NameOf((string?)see.Attribute("cref") ?? ""))]);
    }

    // As Get-Command -Syntax has it: by position, then what must be given, then the rest.
    private static IEnumerable<ParameterHelp> InSyntaxOrder(IEnumerable<ParameterHelp> parameters) => parameters
        .OrderBy(parameter => parameter.Position ?? int.MaxValue)
        .ThenByDescending(parameter => parameter.Mandatory)
        .ThenBy(parameter => parameter.Name is "WhatIf" or "Confirm");

    private ExampleHelp Example(XElement example) => new(Code(example.Element("code")?.Value ?? ""), _prose.Read(example, without: "code"));

    // The compiler keeps the indentation of the comment: what all lines share is taken away.
    private static string Code(string text)
    {
        var lines = text.Trim('\r', '\n').TrimEnd().Split('\n').Select(line => line.TrimEnd()).ToList();
        var shared = lines.Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length > shared ? line[shared..] : ""));
    }

    private OutputHelp Output(Type type)
    {
        var properties = type.Namespace == "ZabbixDR" && !type.IsEnum
            ? type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property =>
                new OutputProperty(property.Name, TypeNames.Of(property.PropertyType), _prose.Read(_documentation.Of(property))))
            : [];
        var text = type.Namespace == "ZabbixDR" ? _prose.Read(_documentation.Of(type)?.Element("summary")) : new Prose([$"A {type.Name}."]);
        return new OutputHelp(type.FullName!, text, [.. properties]);
    }
}
