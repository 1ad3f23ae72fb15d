namespace ZabbixDR.Engine.Operations;

/// <summary>What can be restored.</summary>
/// <param name="Windows">The windows, repository by repository and way by way.</param>
/// <param name="Backups">The sets of all repositories that could be read.</param>
/// <param name="Failures">One for each repository that could not be read: its windows are missing.</param>
public sealed record RecoveryWindows(IReadOnlyList<PgRecoveryWindow> Windows, IReadOnlyList<PgBackRestBackup> Backups, IReadOnlyList<DrException> Failures)
{
    /// <summary>The listings that they were computed from.</summary>
    internal RepositoriesRead Read { get; init; } = new(null, [], [], null);
}
