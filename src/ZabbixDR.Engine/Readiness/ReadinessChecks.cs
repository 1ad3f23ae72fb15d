using ZabbixDR.Engine.Readiness.Checks;

namespace ZabbixDR.Engine.Readiness;

/// <summary>All checks there are, in the order in which they are shown.</summary>
public static class ReadinessChecks
{
    private static readonly IReadinessCheck[] s_all =
    [
        new BackupExists(),
        new BackupAge(),
        new FullBackupAge(),
        new StanzaState(),
        new ArchiverState(),
        new ClusterPrimary(),
        new ClusterSyncStandby(),
        new PatroniFailsafe(),
        new EtcdEndpoints(),
        new EtcdSnapshotAge(),
        new ConfigurationAge(),
    ];

    /// <summary>The ids, in that order.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. s_all.Select(check => check.Id)];

    /// <summary>The checks with these ids.</summary>
    internal static IEnumerable<IReadinessCheck> With(IReadOnlyCollection<string> ids) => s_all.Where(check => ids.Contains(check.Id));
}
