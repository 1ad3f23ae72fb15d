using System.Diagnostics;

namespace ZabbixDR.Engine.Nodes.Secrets;

/// <summary>
/// A secret's value, which cannot print itself: it has no property and no public field, so that no serializer, formatter or debugger
/// finds the value.
/// </summary>
[DebuggerDisplay("(secret)")]
public sealed class Secret
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _value;

    /// <summary>Wraps a value.</summary>
    public Secret(string value) => _value = value;

    /// <summary>The value, for the one call that needs it.</summary>
    public string Reveal() => _value;

    /// <inheritdoc/>
    public override string ToString() => "(secret)";
}
