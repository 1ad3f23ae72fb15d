namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What an archive is supposed to have, or to lack, beside what was found: to tell what one damage alone costs.</summary>
internal sealed record SupposedDamage
{
    /// <summary>Segments taken for lost.</summary>
    public IReadOnlySet<WalSegment> Segments { get; init; } = new HashSet<WalSegment>();

    /// <summary>Segments taken for there although they are not.</summary>
    public IReadOnlySet<WalSegment> Restored { get; init; } = new HashSet<WalSegment>();

    /// <summary>Sets taken for lost.</summary>
    public IReadOnlySet<string> Sets { get; init; } = new HashSet<string>();
}
