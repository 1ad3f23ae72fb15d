using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>Says whether a target can be reached, from which set, along which timeline, and why not.</summary>
public static class JudgeRecoveryTarget
{
    private const string SeeWindow = "See Get-PgRecoveryWindow for what can be reached.";

    /// <summary>Judges a target, by what is archived now.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="goal">The target.</param>
    /// <param name="windows">What can be restored.</param>
    /// <param name="repository">The repository's number; null for any.</param>
    /// <param name="timeline">The timeline to follow; null for the newest, and then for any that reaches it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">The archived WAL could not be read, where a transaction or a restore point is looked for in it.</exception>
    public static async Task<PgRecoveryTarget> RunAsync(
        DeploymentSession deployment, PgRecoveryGoal goal, RecoveryWindows windows, int? repository, int? timeline, CancellationToken cancellation)
    {
        if (goal.Kind is PgRecoveryGoalKind.Time or PgRecoveryGoalKind.Lsn)
        {
            return InWindow(windows, goal, timeline);
        }

        return await FindInWal.RunAsync(deployment, new RecoverySearch(goal, null, repository, timeline), windows, cancellation).ConfigureAwait(false) is { } way
            ? new PgRecoveryTarget { Goal = goal, IsReachable = true, Reason = way.Why, Set = way.Set.Label, Repository = way.Set.Repository, Timeline = way.Timeline }
            : new PgRecoveryTarget { Goal = goal, IsReachable = false, Reason = windows.Windows.Count == 0 ? NoWindow : NotInWal(windows), Remediation = SeeWindow };
    }

    /// <summary>Why a transaction or a restore point is not reached.</summary>
    internal static string NotInWal(RecoveryWindows windows) => $"the archived WAL that follows a set, since {Text(windows.Windows.Min(window => window.From))}, does not have it";

    /// <summary>Judges a moment or a position.</summary>
    internal static PgRecoveryTarget InWindow(RecoveryWindows windows, PgRecoveryGoal goal, int? timeline) =>
        goal.AsTime is { } time ? Time(windows, goal, time, timeline) : Lsn(windows, goal, goal.AsLsn!.Value, timeline);

    private static PgRecoveryTarget Time(RecoveryWindows windows, PgRecoveryGoal goal, DateTimeOffset time, int? timeline)
    {
        var following = Following(windows, timeline);
        var target = new PgRecoveryTarget { Goal = goal, IsReachable = false, Reason = "" };
        if (following.FirstOrDefault(window => window.From <= time && time < window.UpperEdge && window.UpperEdgeIs == PgWindowEdge.Exact) is { } window)
        {
            return Reached(windows, target, window, backup => RecoverySpan.SurelyStopped(backup) <= time, $"WAL is there to a commit at {Text(window.UpperEdge)}, which is later");
        }

        return target with
        {
            Reason = WhyNot(following, time),
            Remediation = SeeWindow,
        };
    }

    private static PgRecoveryTarget Lsn(RecoveryWindows windows, PgRecoveryGoal goal, PgLsn lsn, int? timeline)
    {
        var following = Following(windows, timeline);
        var target = new PgRecoveryTarget { Goal = goal, IsReachable = false, Reason = "" };
        if (following.FirstOrDefault(window => window.FromLsn <= lsn && window.UpperEdgeLsn is { } edge && lsn <= edge) is { } window)
        {
            return Reached(windows, target, window, backup => PgLsn.Parse(backup.LsnStop!) <= lsn, $"the archived WAL has a record at {window.UpperEdgeLsn}, which is not earlier");
        }

        return target with
        {
            Reason = following.Count == 0 ? NoWindow : following.All(window => lsn < window.FromLsn)
                ? $"no set had stopped by {lsn}: the first one did at {following.Min(window => window.FromLsn)}"
                : $"{lsn} is not known to be in the archive: {string.Join("; ", following.Select(window => $"timeline {window.Timeline} from {window.FromLsn} to {window.UpperEdgeLsn?.ToString() ?? "a position that is not known"}"))}",
            Remediation = SeeWindow,
        };
    }

    private const string NoWindow = "no set with the WAL that it needs was found";

    private static List<PgRecoveryWindow> Following(RecoveryWindows windows, int? timeline) =>
        [.. windows.Windows.Where(window => timeline is null || window.Timeline == timeline).OrderByDescending(window => window.IsCurrent).ThenByDescending(window => window.Timeline).ThenBy(window => window.Repository)];

    private static PgRecoveryTarget Reached(RecoveryWindows windows, PgRecoveryTarget target, PgRecoveryWindow window, Func<PgBackRestBackup, bool> stopped, string why)
    {
        var set = windows.Backups.Where(backup => backup.Repository == window.Repository && window.Sets.Contains(backup.Label) && stopped(backup)).MaxBy(backup => PgLsn.Parse(backup.LsnStop!))!;
        return target with
        {
            IsReachable = true,
            Reason = $"{set.Label} had stopped by then, and {why}",
            Set = set.Label,
            Repository = window.Repository,
            Timeline = window.Timeline,
        };
    }

    private static string WhyNot(List<PgRecoveryWindow> windows, DateTimeOffset time)
    {
        if (windows.Count == 0)
        {
            return NoWindow;
        }

        if (windows.FirstOrDefault(window => window.From <= time && time < window.UpperEdge) is { } unsure)
        {
            return $"it is not known whether the archived WAL has a commit later than {Text(time)}: {unsure.WhyBound}";
        }

        if (windows.All(window => time < window.From))
        {
            return $"no set had stopped by {Text(time)}: the first one surely had at {Text(windows.Min(window => window.From))}";
        }

        if (windows.All(window => window.UpperEdge <= time))
        {
            var last = windows.MaxBy(window => window.UpperEdge)!;
            return $"the last commit in archived WAL is at {Text(last.UpperEdge)}; PostgreSQL stops only at one that is later than its target, and would end without reaching it";
        }

        var before = windows.Where(window => window.UpperEdge <= time).MaxBy(window => window.UpperEdge);
        var after = windows.Where(window => time < window.From).MinBy(window => window.From);
        return $"it lies in a gap: WAL ends with a commit at {(before is null ? "an unknown time" : Text(before.UpperEdge))}{(before?.Hole is { } hole ? $", {hole} being missing" : "")}, and the next set stopped at {(after is null ? "no later time" : Text(after.From))}";
    }

    private static string Text(DateTimeOffset time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}Z");
}
