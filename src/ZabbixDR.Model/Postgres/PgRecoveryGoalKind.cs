namespace ZabbixDR;

/// <summary>By what a recovery knows where to stop (PostgreSQL, "Recovery Target").</summary>
public enum PgRecoveryGoalKind
{
    /// <summary>A moment: the last commit up to it.</summary>
    Time,

    /// <summary>A position in the WAL.</summary>
    Lsn,

    /// <summary>A transaction's commit.</summary>
    Xid,

    /// <summary>A restore point that was made with pg_create_restore_point().</summary>
    Name,

    /// <summary>The moment at which the set is consistent: the end of the backup.</summary>
    Immediate,

    /// <summary>The end of the archived WAL.</summary>
    Latest,
}
