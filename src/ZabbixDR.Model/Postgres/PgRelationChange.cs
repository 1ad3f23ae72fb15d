using System.Globalization;

namespace ZabbixDR;

/// <summary>What a transaction did to one relation.</summary>
public sealed record PgRelationChange
{
    /// <summary>
    /// Its name with its schema, such as <c>public.hosts</c>; where the catalogue no longer has it, its <see cref="File"/>. A table that was
    /// dropped is several of those: its own, and those of its indexes and of its TOAST table.
    /// </summary>
    public required string Relation { get; init; }

    /// <summary>Its database; the object identifier where none has that any more.</summary>
    public required string Database { get; init; }

    /// <summary>Its file: tablespace, database and filenode, as pg_waldump writes them.</summary>
    public required string File { get; init; }

    /// <summary>What became of it as a whole.</summary>
    public PgRelationFate Fate { get; init; }

    /// <summary>How many rows were inserted.</summary>
    public long Inserted { get; init; }

    /// <summary>How many rows were updated.</summary>
    public long Updated { get; init; }

    /// <summary>How many rows were deleted.</summary>
    public long Deleted { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var rows = string.Join(", ", new[] { ("deleted", Deleted), ("updated", Updated), ("inserted", Inserted) }
            .Where(pair => pair.Item2 > 0).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Item1} {pair.Item2}")));
        return Fate == PgRelationFate.Kept ? $"{rows} rows of {Relation}" : $"{Word(Fate)} {Relation}{(rows.Length > 0 ? $", {rows} rows of it" : "")}";
    }

    /// <summary>What became of a relation, as a sentence has it.</summary>
    internal static string Word(PgRelationFate fate) => fate switch
    {
        PgRelationFate.Truncated => "truncated",
        PgRelationFate.Rewritten => "rewrote",
        PgRelationFate.Dropped => "dropped",
        _ => "dropped or rewrote",
    };
}
