using System.Globalization;

namespace ZabbixDR;

/// <summary>Where a recovery shall stop.</summary>
/// <param name="Kind">By what it knows.</param>
/// <param name="Value">The moment (in UTC, with its offset), position, transaction or name as PostgreSQL reads it; null where the kind needs none.</param>
/// <param name="IsExclusive">Whether what is named is left out: for a time, a position and a transaction alone.</param>
public sealed record PgRecoveryGoal(PgRecoveryGoalKind Kind, string? Value, bool IsExclusive)
{
    /// <summary>The longest that a restore point's name may be: MAXFNAMELEN of PostgreSQL, without the end of the string.</summary>
    public const int LongestName = 63;

    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.ffffff+00";

    /// <summary>The moment; null for the other kinds.</summary>
    public DateTimeOffset? AsTime => Kind == PgRecoveryGoalKind.Time
        ? DateTimeOffset.ParseExact(Value!, "yyyy-MM-dd HH:mm:ss.ffffffzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)
        : null;

    /// <summary>The position; null for the other kinds.</summary>
    public PgLsn? AsLsn => Kind == PgRecoveryGoalKind.Lsn ? PgLsn.Parse(Value!) : null;

    /// <summary>To a moment.</summary>
    public static PgRecoveryGoal To(DateTimeOffset time, bool exclusive) => new(PgRecoveryGoalKind.Time, time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture), exclusive);

    /// <summary>To a position.</summary>
    public static PgRecoveryGoal To(PgLsn lsn, bool exclusive) => new(PgRecoveryGoalKind.Lsn, lsn.ToString(), exclusive);

    /// <summary>To a transaction's commit.</summary>
    public static PgRecoveryGoal ToTransaction(uint transaction, bool exclusive) => new(PgRecoveryGoalKind.Xid, transaction.ToString(CultureInfo.InvariantCulture), exclusive);

    /// <summary>To a restore point.</summary>
    public static PgRecoveryGoal ToName(string name) => new(PgRecoveryGoalKind.Name, name, IsExclusive: false);

    /// <summary>For a person.</summary>
    public override string ToString() => Kind switch
    {
        PgRecoveryGoalKind.Immediate => "the end of the backup",
        PgRecoveryGoalKind.Latest => "the end of the archived WAL",
        PgRecoveryGoalKind.Time => $"{Value}{Exclusive}",
        PgRecoveryGoalKind.Lsn => $"position {Value}{Exclusive}",
        PgRecoveryGoalKind.Xid => $"transaction {Value}{Exclusive}",
        _ => $"restore point {Value}",
    };

    private string Exclusive => IsExclusive ? ", itself left out" : "";
}
