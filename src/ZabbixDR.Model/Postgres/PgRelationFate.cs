namespace ZabbixDR;

/// <summary>What a transaction did to a relation as a whole, beside its rows.</summary>
public enum PgRelationFate
{
    /// <summary>Nothing: it is the same relation, with the rows that were inserted, updated or deleted.</summary>
    Kept,

    /// <summary>It was emptied: it got a new file into which nothing was copied.</summary>
    Truncated,

    /// <summary>It got a new file with its rows in it, as VACUUM FULL, CLUSTER, REINDEX and some forms of ALTER TABLE do.</summary>
    Rewritten,

    /// <summary>It was dropped.</summary>
    Dropped,

    /// <summary>It was dropped or rewritten: the WAL alone does not tell, and the catalogue no longer does.</summary>
    DroppedOrRewritten,
}
