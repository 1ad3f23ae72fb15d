using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>Computes from which moment to which the cluster can be restored, and reads the upper edge out of the archived WAL itself.</summary>
public static class ReadRecoveryWindows
{
    // A database that nobody writes to archives segments without a commit, one each archive_timeout: a quarter of an hour of them is read.
    private const int MostSegmentsRead = 16;

    /// <summary>1 min for a segment, 16 MiB by default and 1 GiB at most, over a slow line.</summary>
    private static readonly TimeSpan SegmentTimeLimit = TimeSpan.FromMinutes(1);

    /// <summary>Computes them.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="repository">One repository's number; null for all.</param>
    /// <param name="timeLimit">The longest that one listing may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>SectionMissing</c>, and those of <see cref="ReadBackups"/>.</exception>
    public static async Task<RecoveryWindows> RunAsync(DeploymentSession deployment, int? repository, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var read = await ReadRepositories.RunAsync(deployment, repository, timeLimit, cancellation).ConfigureAwait(false);
        var windows = new List<PgRecoveryWindow>();
        foreach (var content in read.Repositories)
        {
            foreach (var archive in content.Archives)
            {
                var newest = archive.Ways.Keys.DefaultIfEmpty().Max();
                foreach (var span in new RecoverySpans(archive, content.Backups).Find())
                {
                    var edge = await EdgeAsync(deployment, read, content, archive, span, cancellation).ConfigureAwait(false);
                    var isCurrent = span.Way.Timeline == newest && content.Archives.All(other => other.DatabaseId <= archive.DatabaseId);
                    windows.Add(Describe(deployment, content, archive, span, edge, isCurrent));
                }
            }
        }

        return new RecoveryWindows(windows, [.. read.Repositories.SelectMany(content => content.Backups)], read.Failures) { Read = read };
    }

    // Backwards from the end, to the first set of the span at most: what was committed before it stopped is in the set.
    private static async Task<Edge> EdgeAsync(
        DeploymentSession deployment, RepositoriesRead read, RepositoryContent content, WalArchive archive, RecoverySpan span, CancellationToken cancellation)
    {
        var first = archive.NeededBy(span.Backups[0])!.Value.Last.Number;
        var least = Math.Max(first, span.Last.Number - MostSegmentsRead + 1);
        for (var number = span.Last.Number; number >= least; number--)
        {
            var segment = span.Way.At(number, archive.SegmentSize);
            var name = segment.Name(archive.SegmentSize);
            try
            {
                if ((await deployment.PgBackRest.ReadSegmentAsync(read.Node!, content.Repository, name, SegmentTimeLimit, cancellation).ConfigureAwait(false)).LastCommit() is { } commit)
                {
                    return new Edge(commit.Time, commit.Lsn, null);
                }
            }
            catch (DrException failure)
            {
                return new Edge(archive.Segments[segment].Time, null, $"{name} could not be read: {failure.Message}");
            }
        }

        var oldest = span.Way.At(least, archive.SegmentSize);
        return least == first
            ? new Edge(RecoverySpan.SurelyStopped(span.Backups[0]), null, $"nothing was committed in the WAL since {span.Backups[0].Label} stopped, or only while it did")
            : new Edge(archive.Segments[oldest].Time, null, $"the last {MostSegmentsRead} segments have no commit, and earlier ones were not read");
    }

    private static PgRecoveryWindow Describe(DeploymentSession deployment, RepositoryContent content, WalArchive archive, RecoverySpan span, Edge edge, bool isCurrent)
    {
        var expiry = RetentionExpiry.Next(content.Backups, deployment.Topology.PgBackRest?.RetentionFull, span.Backups);
        return new PgRecoveryWindow
        {
            Stanza = deployment.PgBackRest.Stanza,
            Repository = content.Repository,
            Timelines = [.. span.Way.Timelines],
            IsCurrent = isCurrent && span.Hole is null,
            From = RecoverySpan.SurelyStopped(span.Backups[0]),
            FromLsn = PgLsn.Parse(span.Backups[0].LsnStop!),
            UpperEdge = edge.Time,
            UpperEdgeLsn = edge.Lsn,
            UpperEdgeIs = edge.WhyBound is null ? PgWindowEdge.Exact : PgWindowEdge.Bound,
            WhyBound = edge.WhyBound,
            ToLsn = new PgLsn((span.Last.Number + 1) * archive.SegmentSize),
            LastSegment = span.Last.Name(archive.SegmentSize),
            Hole = span.Hole?.Name(archive.SegmentSize),
            Sets = [.. span.Backups.Select(backup => backup.Label)],
            NextToExpire = expiry.Sets,
            ExpiresWhen = expiry.When,
            FromAfterExpiry = expiry.FirstLeft is { } left ? RecoverySpan.SurelyStopped(left) : null,
            Source = content.Node,
        };
    }

    private sealed record Edge(DateTimeOffset Time, PgLsn? Lsn, string? WhyBound);
}
