namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>
/// Tells what a transaction did. WAL names files, and a relation's file goes with it or is replaced by another: which of the two it was, the rows of pg_class tell, and
/// the catalogue where it still has the new file.
/// </summary>
internal sealed class TransactionReport
{
    private readonly DumpedTransaction _dumped;
    private readonly RelationNames _names;
    private readonly Dictionary<RelationFile, PgRelationChange> _changes = [];

    private TransactionReport(DumpedTransaction dumped, RelationNames names) => (_dumped, _names) = (dumped, names);

    /// <summary>Tells it.</summary>
    public static async Task<PgWalTransaction> MakeAsync(DumpedTransaction dumped, int timeline, RelationNames names, CancellationToken cancellation)
    {
        await names.PrepareAsync([.. dumped.Changed.Select(rows => rows.File), .. dumped.Made.Select(made => made.File)], cancellation).ConfigureAwait(false);
        var report = new TransactionReport(dumped, names);
        report.AddRows();
        report.AddFates();
        return new PgWalTransaction
        {
            Time = dumped.Time,
            Xid = dumped.Xid,
            Lsn = dumped.Lsn,
            Timeline = timeline,
            Changes = [.. report._changes.Values.OrderBy(Severity).ThenByDescending(change => change.Deleted).ThenByDescending(change => change.Updated + change.Inserted).ThenBy(change => change.Relation, StringComparer.Ordinal)],
            DroppedDatabases = dumped.Databases,
            IsPartial = dumped.IsPartial,
        };
    }

    private static int Severity(PgRelationChange change) => change.Fate switch
    {
        PgRelationFate.Dropped => 0,
        PgRelationFate.Truncated => 1,
        PgRelationFate.DroppedOrRewritten => 2,
        PgRelationFate.Kept => 3,
        _ => 4,
    };

    // The parts of a long value lie in a TOAST table; they are no rows of anybody's.
    private void AddRows()
    {
        foreach (var rows in _dumped.Changed.Where(rows => !rows.File.IsInitial && _names.Find(rows.File) is not { HasRows: false }))
        {
            _changes[rows.File] = Of(rows.File) with { Inserted = rows.Inserted, Updated = rows.Updated, Deleted = rows.Deleted };
        }
    }

    private void AddFates()
    {
        if (_dumped.Lost.Count == 0)
        {
            return;
        }

        var lost = _dumped.Lost.Where(file => !file.IsInitial).ToList();
        var renewed = _dumped.Made.Where(made => _names.Find(made.File) is not { } relation || relation.Oid != made.File.Number).ToList();
        var known = renewed.Count(made => _names.Find(made.File) is not null);
        var relationsDropped = RelationsDropped();
        if (relationsDropped > 0 && known < lost.Count)
        {
            // With the old file of a rewritten relation goes a row of pg_class too: that of the one that was made to hold the new file.
            foreach (var file in lost)
            {
                Mark(file, renewed.Count == 0 ? PgRelationFate.Dropped : PgRelationFate.DroppedOrRewritten);
            }
        }
        else if (renewed.Count == 0)
        {
            lost.ForEach(file => Mark(file, PgRelationFate.Dropped));
        }

        foreach (var made in renewed.Where(made => _names.Find(made.File) is not { HasRows: false } && (relationsDropped == 0 || _names.Find(made.File) is not null)))
        {
            Mark(made.File, IsEmptied(made, relationsDropped) ? PgRelationFate.Truncated : PgRelationFate.Rewritten);
        }
    }

    // VACUUM FULL and CLUSTER copy pages, ALTER TABLE inserts rows; TRUNCATE does neither, and what is inserted after it was not there before.
    private bool IsEmptied((RelationFile File, bool IsFilled) made, long relationsDropped) =>
        !made.IsFilled && (relationsDropped == 0 || !_dumped.Changed.Any(rows => rows.File == made.File && rows.Inserted > 0));

    private long RelationsDropped() =>
        _dumped.Changed.Where(rows => rows.File.Number == RelationFile.Relations || _names.Find(rows.File) is { IsCatalog: true, Name: "pg_class" }).Sum(rows => rows.Deleted);

    private void Mark(RelationFile file, PgRelationFate fate) => _changes[file] = (_changes.GetValueOrDefault(file) ?? Of(file)) with { Fate = fate };

    private PgRelationChange Of(RelationFile file) => new() { Relation = _names.Find(file)?.FullName ?? $"{file}", Database = _names.Database(file), File = $"{file}" };
}
