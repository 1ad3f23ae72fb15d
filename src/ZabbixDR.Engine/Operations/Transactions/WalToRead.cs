using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>The archived WAL of a repository in which transactions since a moment can stand.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Way">The way through the timelines.</param>
/// <param name="SegmentSize">The size of a segment.</param>
/// <param name="Stretches">What there is, in its order; none where all that is archived is older.</param>
/// <param name="BeginsThere">Whether nothing earlier is archived: what was committed before the first commit in it is not known.</param>
internal sealed record WalToRead(int Repository, TimelineWay Way, long SegmentSize, IReadOnlyList<WalStretch> Stretches, bool BeginsThere)
{
    // Between the clocks of the primary and of the storage.
    private static readonly TimeSpan s_clocks = TimeSpan.FromMinutes(1);

    /// <summary>How many segments are missing in between.</summary>
    public long Missing => Stretches.Count == 0 ? 0 : Stretches[^1].Last - Stretches[0].First + 1 - Stretches.Sum(stretch => stretch.Count);

    /// <summary>
    /// Finds it. A segment is archived after its last commit: the first that was at or after the moment is where the commits since then can begin. One more before it is
    /// read, so that a transaction that began shortly before is seen whole. Where it ends only the commits themselves tell: what was archived late is older than its file.
    /// </summary>
    /// <param name="content">The repository.</param>
    /// <param name="timeline">The timeline to follow; null for the newest.</param>
    /// <param name="after">The moment.</param>
    /// <returns>The WAL; null where the repository has no such timeline, or no WAL.</returns>
    public static WalToRead? Find(RepositoryContent content, int? timeline, DateTimeOffset after)
    {
        var archive = content.Archives.Where(one => one.Segments.Count > 0).MaxBy(one => one.DatabaseId);
        if (archive is null || archive.Ways.GetValueOrDefault(timeline ?? archive.Ways.Keys.DefaultIfEmpty().Max()) is not { } way)
        {
            return null;
        }

        var present = archive.Segments.Keys.Where(segment => way.At(segment.Number, archive.SegmentSize) == segment).OrderBy(segment => segment.Number).ToList();
        var first = present.FindIndex(segment => archive.Segments[segment].Time >= after - s_clocks);
        if (first < 0)
        {
            return new WalToRead(content.Repository, way, archive.SegmentSize, [], BeginsThere: present.Count == 0);
        }

        var begin = Math.Max(0, first - 1);
        return new WalToRead(content.Repository, way, archive.SegmentSize, Part(way.Timeline, archive.SegmentSize, present[begin..]), BeginsThere: first == 0);
    }

    /// <summary>The names of the first and the last segment that are missing before a stretch; null where none is.</summary>
    public (string First, string Last)? MissingBefore(int stretch) => stretch == 0 ? null : (Name(Stretches[stretch - 1].Last + 1), Name(Stretches[stretch].First - 1));

    /// <summary>The name of a segment of the way.</summary>
    public string Name(long number) => Way.At(number, SegmentSize).Name(SegmentSize);

    private static List<WalStretch> Part(int timeline, long size, List<WalSegment> segments)
    {
        var stretches = new List<WalStretch>();
        var ranges = new List<WalStretch.Range>();
        foreach (var segment in segments)
        {
            if (ranges.Count > 0 && segment.Number == ranges[^1].Last + 1 && segment.Timeline == ranges[^1].Timeline)
            {
                ranges[^1] = ranges[^1] with { Last = segment.Number };
                continue;
            }

            if (ranges.Count > 0 && segment.Number != ranges[^1].Last + 1)
            {
                stretches.Add(new WalStretch(timeline, size, ranges));
                ranges = [];
            }

            ranges.Add(new WalStretch.Range(segment.Timeline, segment.Number, segment.Number));
        }

        return [.. stretches, new WalStretch(timeline, size, ranges)];
    }
}
