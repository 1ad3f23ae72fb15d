namespace ZabbixDR.Engine.Operations;

/// <summary>How a recovery goal is reached.</summary>
/// <param name="Set">The set to restore.</param>
/// <param name="Timeline">The timeline to follow.</param>
/// <param name="Why">Why that reaches it.</param>
/// <param name="NeedsMoreWal">Whether the WAL that the primary has not archived yet is needed for it.</param>
internal sealed record RecoveryWay(PgBackRestBackup Set, int Timeline, string Why, bool NeedsMoreWal);
