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

    /// <summary>Demands that there is a check with this id, whatever its case.</summary>
    /// <exception cref="DrException"><c>ReadinessCheckUnknown</c>.</exception>
    public static void RequireKnown(string id)
    {
        if (!Ids.Contains(id, StringComparer.OrdinalIgnoreCase))
        {
            throw ReadinessCheckUnknown(id);
        }
    }

    /// <summary>The checks with these ids.</summary>
    internal static IEnumerable<IReadinessCheck> With(IReadOnlyCollection<string> ids) => s_all.Where(check => ids.Contains(check.Id));

    private static DrException ReadinessCheckUnknown(string id) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Looking for the readiness check {id}",
        "there is none of that id",
        $"There are: {string.Join(", ", Ids)}.");
}
