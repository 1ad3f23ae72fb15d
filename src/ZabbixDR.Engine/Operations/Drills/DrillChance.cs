using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>Chooses what a drill recovers to where nobody says it.</summary>
internal static class DrillChance
{
    /// <summary>
    /// Chooses one of the sets, each as likely as the other, and a moment at which it is the set that a recovery in earnest would take: after its own end and before the
    /// next one's, and before the last commit that is archived. Where there is no such moment, its own end.
    /// </summary>
    /// <param name="windows">What can be restored.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="random">The chance.</param>
    /// <returns>The search; null where nothing fits what is asked for.</returns>
    public static RecoverySearch? Choose(RecoveryWindows windows, DrillRequest request, Random random)
    {
        var choices = windows.Windows
            .Where(window => (request.Timeline is null || window.Timeline == request.Timeline) && (request.Repository is null || window.Repository == request.Repository))
            .SelectMany(window => Sets(windows, window).Where(set => request.Set is null || set.Label == request.Set).Select(set => (Window: window, Set: set)))
            .ToList();
        if (choices.Count == 0)
        {
            return null;
        }

        var (window, set) = choices[random.Next(choices.Count)];
        var from = Stopped(set);
        var next = Sets(windows, window).Select(Stopped).Where(stopped => stopped > from).Append(window.UpperEdge).Min();
        var goal = window.UpperEdgeIs == PgWindowEdge.Exact && from < next
            ? PgRecoveryGoal.To(from + TimeSpan.FromTicks(random.NextInt64((next - from).Ticks)), exclusive: false)
            : new PgRecoveryGoal(PgRecoveryGoalKind.Immediate, null, IsExclusive: false);
        return new RecoverySearch(goal, set.Label, window.Repository, window.Timeline);
    }

    private static IEnumerable<PgBackRestBackup> Sets(RecoveryWindows windows, PgRecoveryWindow window) =>
        windows.Backups.Where(backup => backup.Repository == window.Repository && window.Sets.Contains(backup.Label));

    private static DateTimeOffset Stopped(PgBackRestBackup set) => RecoverySpan.SurelyStopped(set);
}
