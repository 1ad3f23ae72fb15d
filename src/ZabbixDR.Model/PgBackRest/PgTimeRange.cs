namespace ZabbixDR;

/// <summary>A range of time, in UTC.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end.</param>
public sealed record PgTimeRange(DateTimeOffset From, DateTimeOffset To)
{
    /// <inheritdoc/>
    public override string ToString() => $"{From.UtcDateTime:u} to {To.UtcDateTime:u}";
}
