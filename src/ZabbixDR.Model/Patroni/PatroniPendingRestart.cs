namespace ZabbixDR;

/// <summary>A member on which a setting waits for a restart of PostgreSQL.</summary>
/// <param name="Member">The member.</param>
/// <param name="Reasons">By parameter, the value that it has and the one that waits: <c>100 → 110</c>. Patroni says so since version 4.</param>
public sealed record PatroniPendingRestart(string Member, IReadOnlyDictionary<string, string> Reasons)
{
    /// <inheritdoc/>
    public override string ToString() => Reasons.Count == 0 ? Member : $"{Member} ({string.Join(", ", Reasons.Select(reason => $"{reason.Key} {reason.Value}"))})";
}
