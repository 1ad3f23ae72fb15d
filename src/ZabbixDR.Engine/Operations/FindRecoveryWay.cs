using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>Finds the set, and the timeline, from which and along which a recovery goal is reached; refuses where it is not sure to be.</summary>
internal static class FindRecoveryWay
{
    private const string SeeWindow = "See Get-PgRecoveryWindow for what can be reached, and Get-PgBackRestBackup for the sets.";

    /// <summary>Finds it.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="search">What is asked for.</param>
    /// <param name="primary">The primary, whose WAL goes on beyond what is archived; null where there is none, or where what is archived must do.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>RecoveryTargetUnreachable</c>, and those of <see cref="ReadRecoveryWindows"/>.</exception>
    public static async Task<RecoveryWay> RunAsync(DeploymentSession deployment, RecoverySearch search, PrimaryNode? primary, CancellationToken cancellation)
    {
        var read = await ReadRecoveryWindows.RunAsync(deployment, search.Repository, ReadRepositories.DefaultTimeLimit, cancellation).ConfigureAwait(false);
        return await RunAsync(deployment, search, read, primary, cancellation).ConfigureAwait(false);
    }

    /// <summary>Finds it by what was read already.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="search">What is asked for.</param>
    /// <param name="read">What can be restored.</param>
    /// <param name="primary">The primary, as above.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>RecoveryTargetUnreachable</c>, and why archived WAL could not be read.</exception>
    public static async Task<RecoveryWay> RunAsync(DeploymentSession deployment, RecoverySearch search, RecoveryWindows read, PrimaryNode? primary, CancellationToken cancellation)
    {
        var windows = Narrow(read, search);
        if (windows.Windows.Count == 0)
        {
            throw RecoveryTargetUnreachable(search, [WhyNone(read, search), .. read.Failures.Select(failure => failure.Message)]);
        }

        return search.Goal.Kind switch
        {
            PgRecoveryGoalKind.Time or PgRecoveryGoalKind.Lsn => ByWindow(windows, search, primary),
            PgRecoveryGoalKind.Xid or PgRecoveryGoalKind.Name => await FindInWal.RunAsync(deployment, search, windows, cancellation).ConfigureAwait(false) is { } found ? found
                : primary is not null && Newest(windows) is var (window, set) ? new RecoveryWay(set, window.Timeline, "it is looked for once more when the primary has archived what it has written", NeedsMoreWal: true)
                : throw RecoveryTargetUnreachable(search, [JudgeRecoveryTarget.NotInWal(windows)]),
            _ => Newest(windows) is var (window, set)
                ? new RecoveryWay(set, search.Goal.Kind == PgRecoveryGoalKind.Immediate ? set.Timeline!.Value : window.Timeline, $"{set.Label} is the newest set there", NeedsMoreWal: primary is not null && search.Goal.Kind == PgRecoveryGoalKind.Latest)
                : throw RecoveryTargetUnreachable(search, ["no set was found"]),
        };
    }

    private static string WhyNone(RecoveryWindows windows, RecoverySearch search) =>
        search.Timeline is { } timeline && windows.Windows.FirstOrDefault(window => window.Timeline != timeline && window.Timelines.Contains(timeline)) is { } child
            ? $"a failover has left timeline {timeline} since; what it held until then is reached along timeline {child.Timeline}, and nothing of it alone is archived"
            : search.Set is null ? "no set with the WAL that it needs was found" : $"the set {search.Set} is not there, or lacks WAL that it needs";

    private static RecoveryWay ByWindow(RecoveryWindows windows, RecoverySearch search, PrimaryNode? primary)
    {
        if (Judge(windows, search) is { IsReachable: true } archived)
        {
            return Way(windows, archived, needsMore: false);
        }

        var judged = Judge(primary is null ? windows : Open(windows, primary), search);
        return judged.IsReachable ? Way(windows, judged, needsMore: true) : throw RecoveryTargetUnreachable(search, [judged.Reason]);
    }

    private static PgRecoveryTarget Judge(RecoveryWindows windows, RecoverySearch search) => JudgeRecoveryTarget.InWindow(windows, search.Goal, search.Timeline);

    private static RecoveryWay Way(RecoveryWindows windows, PgRecoveryTarget target, bool needsMore) => new(
        windows.Backups.First(backup => backup.Repository == target.Repository && backup.Label == target.Set),
        target.Timeline!.Value,
        needsMore ? $"{target.Set} had stopped by then, and the primary is yet to archive what it has written since" : target.Reason,
        needsMore);

    // Only what the primary itself goes on with; its own clock and position are beyond what it has archived.
    private static RecoveryWindows Open(RecoveryWindows windows, PrimaryNode primary) => windows with
    {
        Windows = [.. windows.Windows.Select(window => window.IsCurrent && window.Timeline == primary.Timeline
            ? window with { UpperEdge = DateTimeOffset.UtcNow, UpperEdgeIs = PgWindowEdge.Exact, UpperEdgeLsn = primary.Lsn }
            : window)],
    };

    private static RecoveryWindows Narrow(RecoveryWindows windows, RecoverySearch search)
    {
        var followed = windows.Windows.Where(window => search.Timeline is null || window.Timeline == search.Timeline);
        return windows with
        {
            Windows = search.Set is not { } label
                ? [.. followed]
                : [.. followed.Where(window => window.Sets.Contains(label)).Select(window => From(window, windows.Backups.First(backup => backup.Label == label && backup.Repository == window.Repository)))],
        };
    }

    private static PgRecoveryWindow From(PgRecoveryWindow window, PgBackRestBackup set) =>
        window with { Sets = [set.Label], From = RecoverySpan.SurelyStopped(set), FromLsn = PgLsn.Parse(set.LsnStop!) };

    private static (PgRecoveryWindow Window, PgBackRestBackup Set)? Newest(RecoveryWindows windows) =>
        windows.Windows.OrderByDescending(window => window.IsCurrent).ThenByDescending(window => window.Timeline).ThenByDescending(window => window.ToLsn).ThenBy(window => window.Repository).FirstOrDefault() is { } window
            ? (window, windows.Backups.Where(backup => backup.Repository == window.Repository && window.Sets.Contains(backup.Label)).MaxBy(backup => PgLsn.Parse(backup.LsnStop!))!)
            : null;

    private static DrException RecoveryTargetUnreachable(RecoverySearch search, IEnumerable<string> reasons) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Finding a way to {search.Goal}{(search.Timeline is { } timeline ? $" along timeline {timeline}" : "")}{(search.Set is null ? "" : $" from {search.Set}")}",
        string.Join("; ", reasons),
        $"{SeeWindow} Nothing was changed.");
}
