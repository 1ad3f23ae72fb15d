namespace ZabbixDR.Engine.Operations;

/// <summary>What a way is looked for to.</summary>
/// <param name="Goal">Where the recovery shall stop.</param>
/// <param name="Set">The set to restore; null for the last that reaches it.</param>
/// <param name="Repository">The repository's number; null for any.</param>
/// <param name="Timeline">The timeline to follow; null for the newest, and then for any that reaches it.</param>
internal sealed record RecoverySearch(PgRecoveryGoal Goal, string? Set, int? Repository, int? Timeline);
