namespace ZabbixDR;

/// <summary>A setting that is not as it should be, and what it becomes.</summary>
/// <param name="Key">Where it stands: the keys that lead to it, with dots between.</param>
/// <param name="Before">What it was; null where it was not there. What may be a secret is shown as <c>***</c>.</param>
/// <param name="After">What it becomes; null where it is taken out.</param>
public sealed record PgSettingChange(string Key, string? Before, string? After)
{
    /// <inheritdoc/>
    public override string ToString() => (Before, After) switch
    {
        (null, _) => $"+ {Key}: {After}",
        (_, null) => $"- {Key}: {Before}",
        _ => $"~ {Key}: {Before} -> {After}",
    };
}
