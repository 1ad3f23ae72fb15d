using Mono.Cecil;
using Mono.Cecil.Cil;

namespace ZabbixDR.Tests.Architecture;

/// <summary>A compiled assembly, read and not loaded.</summary>
internal sealed class CompiledCode
{
    private readonly ModuleDefinition _module;

    private CompiledCode(ModuleDefinition module)
    {
        _module = module;
        References = [.. module.GetTypes().SelectMany(Of)];
    }

    /// <summary>Every mention of a type or member in it, bodies of methods included.</summary>
    public IReadOnlyList<CodeReference> References { get; }

    /// <summary>The names of the assemblies that it needs.</summary>
    public IEnumerable<string> Assemblies => _module.AssemblyReferences.Select(reference => reference.Name);

    /// <summary>Its types that others can use.</summary>
    public IEnumerable<TypeDefinition> PublicTypes => _module.GetTypes().Where(type => type.IsPublic || type.IsNestedPublic);

    public static CompiledCode Read(string file) => new(ModuleDefinition.ReadModule(file));

    /// <summary>The types that a type's public members are made of.</summary>
    public static IEnumerable<TypeReference> Surface(TypeDefinition type) =>
        new[] { type.BaseType }
            .Concat(type.Interfaces.Select(implemented => implemented.InterfaceType))
            .Concat(type.Fields.Where(field => field.IsPublic).Select(field => field.FieldType))
            .Concat(type.Methods.Where(method => method.IsPublic || method.IsFamily).SelectMany(Signature))
            .SelectMany(Parts);

    /// <summary>A type and all that it is made of: a list's items, an array's elements.</summary>
    public static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };

    private static IEnumerable<CodeReference> Of(TypeDefinition type)
    {
        var outermost = type;
        while (outermost.DeclaringType is not null)
        {
            outermost = outermost.DeclaringType;
        }

        var named = new[] { type.BaseType }
            .Concat(type.Interfaces.Select(implemented => implemented.InterfaceType))
            .Concat(type.CustomAttributes.Concat(type.Properties.SelectMany(property => property.CustomAttributes)).SelectMany(AttributeTypes))
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.Methods.SelectMany(Signature))
            .Concat(type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Variables.Select(variable => variable.VariableType)))
            .SelectMany(Parts)
            .Select(to => new CodeReference(outermost, to, null));
        var used = type.Methods
            .Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions)
            .SelectMany(instruction => Used(instruction, outermost));
        return named.Concat(used);
    }

    private static IEnumerable<CodeReference> Used(Instruction instruction, TypeDefinition from) => instruction.Operand switch
    {
        MethodReference method => Parts(method.DeclaringType).Select(to => new CodeReference(from, to, method.Name))
            .Concat(Signature(method).Concat((method as GenericInstanceMethod)?.GenericArguments ?? []).SelectMany(Parts).Select(to => new CodeReference(from, to, null))),
        FieldReference field => Parts(field.DeclaringType).Select(to => new CodeReference(from, to, field.Name)),
        TypeReference type => Parts(type).Select(to => new CodeReference(from, to, null)),
        _ => [],
    };

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference> AttributeTypes(CustomAttribute attribute) =>
        attribute.ConstructorArguments.Select(argument => argument.Value).OfType<TypeReference>().Append(attribute.AttributeType);
}
