namespace ZabbixDR;

/// <summary>A transaction that was committed, as the archived WAL has it, and what it did.</summary>
public sealed record PgWalTransaction
{
    /// <summary>When it was committed, by the primary's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Its number: what a recovery takes as its target.</summary>
    public required uint Xid { get; init; }

    /// <summary>Where the record of its commit begins.</summary>
    public required PgLsn Lsn { get; init; }

    /// <summary>The timeline along which it was found.</summary>
    public required int Timeline { get; init; }

    /// <summary>What it did, to which relations: the worst first. Catalogue relations are left out, and so are temporary ones.</summary>
    public required IReadOnlyList<PgRelationChange> Changes { get; init; }

    /// <summary>The databases that it dropped, by object identifier.</summary>
    public required IReadOnlyList<string> DroppedDatabases { get; init; }

    /// <summary>True where it may have begun before the WAL that was read: its counts may be too low.</summary>
    public required bool IsPartial { get; init; }

    /// <summary>How many rows it inserted in all.</summary>
    public long Inserted => Changes.Sum(change => change.Inserted);

    /// <summary>How many rows it updated in all.</summary>
    public long Updated => Changes.Sum(change => change.Updated);

    /// <summary>How many rows it deleted in all.</summary>
    public long Deleted => Changes.Sum(change => change.Deleted);

    /// <summary>True where it dropped, emptied or rewrote something.</summary>
    public bool IsDestructive => DroppedDatabases.Count > 0 || Changes.Any(change => change.Fate != PgRelationFate.Kept);

    /// <summary>What it did, for a person.</summary>
    public string Summary
    {
        get
        {
            const int Most = 4;
            var words = DroppedDatabases.Select(database => $"dropped database {database}").Concat(Changes.GroupBy(Likeness).Select(Told)).ToList();
            return words.Count == 0 ? "changed the catalogue alone, or nothing"
                : string.Join("; ", words.Take(Most)) + (words.Count > Most ? $"; and {words.Count - Most} more" : "") + (IsPartial ? "; perhaps more, before the WAL that was read" : "");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Xid}: {Summary}";

    // Files that went without a name are told together: a table is several, and none of them says anything to a person.
    private static string Likeness(PgRelationChange change) =>
        change is { Fate: PgRelationFate.Dropped or PgRelationFate.DroppedOrRewritten, Inserted: 0, Updated: 0, Deleted: 0 } && change.Relation == change.File ? $"{change.Fate}" : change.File;

    private static string Told(IGrouping<string, PgRelationChange> alike) => alike.Count() == 1
        ? $"{alike.First()}"
        : $"{PgRelationChange.Word(alike.First().Fate)} {alike.Count()} files: {alike.First().File} and others";
}
