using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace ZabbixDR.Help;

/// <summary>Reads the parameters of one cmdlet, those of its base classes included.</summary>
internal sealed class ParameterReader
{
    private static readonly Dictionary<string, string> GivenByPowerShell = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Shows what would be done. Nothing is changed.",
        ["Confirm"] = "Asks before each change.",
    };

    private readonly XmlDocumentation _documentation;
    private readonly ProseReader _prose;
    private readonly Type _cmdlet;
    private readonly object? _fresh;

    public ParameterReader(XmlDocumentation documentation, ProseReader prose, Type cmdlet)
    {
        (_documentation, _prose, _cmdlet) = (documentation, prose, cmdlet);
        // The defaults are what a fresh cmdlet has.
        _fresh = Activator.CreateInstance(cmdlet);
    }

    public IEnumerable<ParameterHelp> Read(CommandParameterSetInfo set) =>
        from parameter in set.Parameters
        where !Cmdlet.CommonParameters.Contains(parameter.Name)
        select Read(parameter);

    private ParameterHelp Read(CommandParameterInfo parameter)
    {
        var property = _cmdlet.GetProperty(parameter.Name, BindingFlags.Public | BindingFlags.Instance);
        return new ParameterHelp
        {
            Name = parameter.Name,
            Type = TypeNames.Of(parameter.ParameterType),
            IsSwitch = parameter.ParameterType == typeof(SwitchParameter),
            Mandatory = parameter.IsMandatory,
            Position = parameter.Position >= 0 ? parameter.Position : null,
            PipelineInput = (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
            {
                (true, true) => "True (ByValue, ByPropertyName)",
                (true, false) => "True (ByValue)",
                (false, true) => "True (ByPropertyName)",
                _ => "False",
            },
            Wildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Aliases = parameter.Aliases,
            AcceptedValues = AcceptedValues(parameter),
            Default = property is null || parameter.IsMandatory ? "" : Show(property.GetValue(_fresh)),
            Text = property is not null ? _prose.Read(_documentation.Of(property))
                : GivenByPowerShell.TryGetValue(parameter.Name, out var text) ? new Prose([text]) : Prose.None,
            DeclaredAt = $"{property?.DeclaringType?.Name ?? _cmdlet.Name}.{parameter.Name}",
        };
    }

    private static string[] AcceptedValues(CommandParameterInfo parameter)
    {
        var type = parameter.ParameterType.IsArray ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? Enum.GetNames(type) : [.. parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(set => set.ValidValues)];
    }

    private static string Show(object? value) => value switch
    {
        null or SwitchParameter { IsPresent: false } => "",
        string text => text,
        IEnumerable items => string.Join(", ", items.Cast<object?>().Select(Show)),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
