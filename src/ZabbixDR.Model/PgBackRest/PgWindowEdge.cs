namespace ZabbixDR;

/// <summary>How well the upper edge of a recovery window is known.</summary>
public enum PgWindowEdge
{
    /// <summary>The last commit or abort in the archived WAL, read out of the WAL itself.</summary>
    Exact,

    /// <summary>No commit in the archived WAL is later, by the storage's clock; the last one may be earlier.</summary>
    Bound,
}
