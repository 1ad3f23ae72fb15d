namespace ZabbixDR;

/// <summary>What a backup set holds by itself.</summary>
public enum PgBackRestBackupType
{
    /// <summary>Everything; depends on no other set.</summary>
    Full,

    /// <summary>What changed since the last full set; depends on that one.</summary>
    Diff,

    /// <summary>What changed since the last set of any type; depends on the whole chain.</summary>
    Incr,
}
