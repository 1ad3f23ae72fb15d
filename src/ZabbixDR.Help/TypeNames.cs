namespace ZabbixDR.Help;

/// <summary>Types as a person names them in PowerShell.</summary>
internal static class TypeNames
{
    /// <summary>The short name: <c>String[]</c>, <c>Int32</c>, <c>DateTimeOffset</c>; a nullable is named as what it may hold.</summary>
    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying);
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[]";
        }

        return type switch
        {
            { IsGenericType: true } when type.GetGenericArguments() is [var item] && typeof(System.Collections.IEnumerable).IsAssignableFrom(type) => $"{Of(item)}[]",
            { IsGenericType: true } => $"{type.Name.Split('`')[0]}[{string.Join(", ", type.GetGenericArguments().Select(Of))}]",
            { Name: "SwitchParameter" } => "Switch",
            _ => type.Name,
        };
    }
}
