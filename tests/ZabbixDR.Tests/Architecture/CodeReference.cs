using Mono.Cecil;

namespace ZabbixDR.Tests.Architecture;

/// <summary>One mention in compiled code: a type's own code names another type, or calls its method.</summary>
/// <param name="From">The outermost type that the mention stands in; what the compiler nests in it for lambdas and async bodies counts as it.</param>
/// <param name="To">The type that is named.</param>
/// <param name="Member">The member that is used; null where the type alone is named.</param>
internal sealed record CodeReference(TypeDefinition From, TypeReference To, string? Member)
{
    public string FromNamespace => From.Namespace;

    // A nested type has no namespace of its own in metadata.
    public string ToNamespace
    {
        get
        {
            var outermost = To;
            while (outermost.DeclaringType is { } declaring)
            {
                outermost = declaring;
            }

            return outermost.Namespace;
        }
    }

    public override string ToString() => $"{From.FullName} uses {To.FullName}{(Member is null ? "" : $".{Member}")}";
}
