namespace ZabbixDR;

/// <summary>Where a secret is found, never the secret itself: <c>env:NAME</c>, <c>file:PATH</c> or <c>vault:NAME</c>.</summary>
/// <param name="Source">The kind of place.</param>
/// <param name="Name">The variable, the absolute path, or the vault's entry.</param>
public sealed record SecretReference(SecretSource Source, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Source.ToString().ToLowerInvariant()}:{Name}";
}
