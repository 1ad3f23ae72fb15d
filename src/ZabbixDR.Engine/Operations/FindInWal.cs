using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>Looks in the archived WAL for what only it knows: when a transaction was committed, and where a restore point was made.</summary>
internal static class FindInWal
{
    /// <summary>1 min for a segment, 16 MiB by default and 1 GiB at most, over a slow line.</summary>
    private static readonly TimeSpan s_segmentLimit = TimeSpan.FromMinutes(1);

    /// <summary>Looks, from the newest WAL backwards: what is to be undone is recent as a rule. Each segment is read whole, so it takes as long as their sum takes over the line.</summary>
    /// <returns>The way; null where it is nowhere.</returns>
    /// <exception cref="DrException">A segment could not be read.</exception>
    public static async Task<RecoveryWay?> RunAsync(DeploymentSession deployment, RecoverySearch search, RecoveryWindows windows, CancellationToken cancellation)
    {
        foreach (var content in windows.Read.Repositories)
        {
            foreach (var (archive, span) in Spans(content, search.Timeline))
            {
                var sets = span.Backups.Where(backup => windows.Windows.Any(window => window.Repository == content.Repository && window.Sets.Contains(backup.Label))).ToList();
                for (var number = span.Last.Number; sets.Count > 0 && number >= archive.NeededBy(sets[0])!.Value.Last.Number; number--)
                {
                    var name = span.Way.At(number, archive.SegmentSize).Name(archive.SegmentSize);
                    var wal = await deployment.PgBackRest.ReadSegmentAsync(windows.Read.Node!, content.Repository, name, s_segmentLimit, cancellation).ConfigureAwait(false);
                    if (Find(wal, search.Goal) is { } lsn && sets.LastOrDefault(backup => PgLsn.Parse(backup.LsnStop!) <= lsn) is { } set)
                    {
                        return new RecoveryWay(set, span.Way.Timeline, $"{set.Label} had stopped by then, and it is at {lsn} in {name}", NeedsMoreWal: false);
                    }
                }
            }
        }

        return null;
    }

    private static IEnumerable<(WalArchive Archive, RecoverySpan Span)> Spans(RepositoryContent content, int? timeline) =>
        content.Archives
            .SelectMany(archive => new RecoverySpans(archive, content.Backups).Find().Select(span => (archive, span)))
            .Where(pair => timeline is null || pair.span.Way.Timeline == timeline)
            .OrderByDescending(pair => pair.archive.DatabaseId)
            .ThenByDescending(pair => pair.span.Way.Timeline)
            .ThenByDescending(pair => pair.span.Last.Number);

    private static PgLsn? Find(WalReader wal, PgRecoveryGoal goal) => goal.Kind == PgRecoveryGoalKind.Xid
        ? wal.Commits().Where(commit => commit.Transaction == uint.Parse(goal.Value!, CultureInfo.InvariantCulture)).Select(commit => (PgLsn?)commit.Lsn).FirstOrDefault()
        : wal.RestorePoints().Where(point => point.Name == goal.Value).Select(point => (PgLsn?)point.Lsn).FirstOrDefault();
}
