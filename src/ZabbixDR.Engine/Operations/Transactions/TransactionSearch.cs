namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>Which transactions are looked for.</summary>
/// <param name="After">The earliest commit.</param>
/// <param name="Before">The latest commit.</param>
public sealed record TransactionSearch(DateTimeOffset After, DateTimeOffset Before)
{
    /// <summary>Whether those are meant too that destroyed nothing.</summary>
    public bool All { get; init; }

    /// <summary>The least rows that one must have deleted (with <see cref="All"/>: inserted, updated or deleted) where it dropped or emptied nothing.</summary>
    public long MinimumRows { get; init; }

    /// <summary>The repository; null for the one that has the most of the WAL.</summary>
    public int? Repository { get; init; }

    /// <summary>The timeline along which the WAL is read; null for the newest.</summary>
    public int? Timeline { get; init; }

    /// <summary>The node on which it is read; null for the primary, or any other where there is none.</summary>
    public string? Node { get; init; }

    /// <summary>A drill whose instance was kept: its catalogues name what the live ones do not; null for none.</summary>
    public PgRestoreDrill? NamesFrom { get; init; }

    /// <summary>The longest that the reading may take; it grows with the WAL.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromHours(1);
}
