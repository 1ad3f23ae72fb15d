namespace ZabbixDR.Engine.Nodes.Secrets;

/// <summary>A secret's value, which cannot print itself.</summary>
public sealed class Secret
{
    private readonly string _value;

    /// <summary>Wraps a value.</summary>
    public Secret(string value) => _value = value;

    /// <summary>The value, for the one call that needs it.</summary>
    public string Reveal() => _value;

    /// <inheritdoc/>
    public override string ToString() => "(secret)";
}
