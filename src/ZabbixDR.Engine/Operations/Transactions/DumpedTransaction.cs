namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>A transaction as it stands in WAL, before its relations have names.</summary>
internal sealed record DumpedTransaction
{
    /// <summary>Its number.</summary>
    public required uint Xid { get; init; }

    /// <summary>Where the record of its commit begins.</summary>
    public required PgLsn Lsn { get; init; }

    /// <summary>When it was committed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether it may have begun before what was read.</summary>
    public required bool IsPartial { get; init; }

    /// <summary>The files that went with it and that had been there before.</summary>
    public required IReadOnlyList<RelationFile> Lost { get; init; }

    /// <summary>The files that it made and left, and whether pages were copied into each.</summary>
    public required IReadOnlyList<(RelationFile File, bool IsFilled)> Made { get; init; }

    /// <summary>The databases that it dropped.</summary>
    public required IReadOnlyList<string> Databases { get; init; }

    /// <summary>The rows that it changed, its subtransactions' with them.</summary>
    public required IReadOnlyList<Rows> Changed { get; init; }

    /// <summary>Rows of one file.</summary>
    internal sealed record Rows(RelationFile File, long Inserted, long Updated, long Deleted);
}
