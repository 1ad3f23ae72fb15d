using Mono.Cecil;

namespace ZabbixDR.Tests.Architecture;

/// <summary>What holds for each cmdlet; every rule gives the breaches as sentences.</summary>
internal sealed class CmdletRules
{
    private readonly CompiledCode _code;

    public CmdletRules(CompiledCode code) => _code = code;

    public IEnumerable<TypeDefinition> Cmdlets => _code.PublicTypes.Where(type => Attribute(type, "CmdletAttribute") is not null);

    /// <summary>The cmdlet's name, from its attribute.</summary>
    public static string NameOf(TypeDefinition cmdlet)
    {
        var arguments = Attribute(cmdlet, "CmdletAttribute")!.ConstructorArguments;
        return $"{arguments[0].Value}-{arguments[1].Value}";
    }

    /// <summary>The types that the cmdlet says that it writes.</summary>
    public static IEnumerable<TypeReference> Outputs(TypeDefinition cmdlet) =>
        from attribute in cmdlet.CustomAttributes
        where attribute.AttributeType.Name == "OutputTypeAttribute"
        from argument in attribute.ConstructorArguments
        from type in argument.Value is CustomAttributeArgument[] several ? several.Select(one => one.Value) : [argument.Value]
        where type is TypeReference
        select (TypeReference)type;

    public IEnumerable<string> WritersThatDoNotSayWhat() =>
        from cmdlet in Cmdlets
        where Uses(cmdlet, "WriteObject") && !Outputs(cmdlet).Any()
        select $"{cmdlet.Name} writes objects and has no [OutputType]";

    public IEnumerable<string> ForeignTypesShown(Func<string, bool> mayBeShown) =>
        from cmdlet in Cmdlets
        from type in cmdlet.Properties.Where(property => property.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "ParameterAttribute"))
            .SelectMany(property => CompiledCode.Parts(property.PropertyType))
            .Concat(Outputs(cmdlet))
        where !mayBeShown(type.Scope is ModuleDefinition module ? module.Assembly.Name.Name : type.Scope.Name)
        select $"{cmdlet.Name} shows {type.FullName}";

    public IEnumerable<string> DurationsThatTakeAnything() =>
        from type in _code.PublicTypes
        from property in type.Properties
        where property.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "ParameterAttribute")
            && CompiledCode.Parts(property.PropertyType).Any(part => part.FullName == typeof(TimeSpan).FullName)
        let duration = property.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType.Name == "DurationAttribute")
        let isLimit = duration?.Properties.Any(one => one is { Name: "IsLimit", Argument.Value: true }) ?? false
        where duration is null || (property.Name.EndsWith("Limit", StringComparison.Ordinal) && !isLimit)
        select $"{type.Name}.{property.Name} has no [Duration{(duration is null ? "" : "(IsLimit = true)")}]";

    public IEnumerable<string> ObserversThatChange() =>
        from cmdlet in Cmdlets
        where NameOf(cmdlet).Split('-')[0] is "Get" or "Test" or "Find" or "Compare" or "Measure" && Asks(cmdlet)
        select $"{cmdlet.Name} asks to change something";

    public IEnumerable<string> ChangersThatDoNotAsk() =>
        from cmdlet in Cmdlets
        let supports = Attribute(cmdlet, "CmdletAttribute")!.Properties.Any(property => property is { Name: "SupportsShouldProcess", Argument.Value: true })
        where supports != Asks(cmdlet)
        select $"{cmdlet.Name} {(supports ? "has SupportsShouldProcess and never asks" : "asks without SupportsShouldProcess")}";

    public IEnumerable<string> NotOnTheBase(string baseClass) =>
        from cmdlet in Cmdlets
        where !Ancestors(cmdlet).Any(ancestor => ancestor.FullName == baseClass)
        select $"{cmdlet.Name} does not derive from {baseClass}";

    private static IEnumerable<TypeReference> Ancestors(TypeDefinition type)
    {
        for (var current = type.BaseType; current is not null; current = (current as TypeDefinition)?.BaseType)
        {
            yield return current;
        }
    }

    private static CustomAttribute? Attribute(TypeDefinition type, string name) => type.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name);

    // For a permit to change a node, or for what it does on this machine.
    private bool Asks(TypeDefinition cmdlet) => Uses(cmdlet, "AskToChange") || Uses(cmdlet, "AskToRun") || Uses(cmdlet, "AskToStart") || Uses(cmdlet, "ShouldProcess");

    private bool Uses(TypeDefinition cmdlet, string member) => _code.References.Any(reference => reference.From == cmdlet && reference.Member == member);
}
