using ZabbixDR.Engine.Operations.Transactions;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.Operations.Transactions;

public sealed class WalToReadTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_begins_one_segment_before_the_first_that_was_archived_a_minute_before_the_moment_or_later()
    {
        // A segment a minute, from 12:00 on: 12:04 is the first that is not before 12:05 less a minute.
        var wal = Find(s_noon.AddMinutes(5), 1, (1, Enumerable.Range(0, 10)))!;

        Assert.Equal([(1, 3L, 9L)], Ranges(wal.Stretches.Single()));
        Assert.False(wal.BeginsThere);
        Assert.Equal(0, wal.Missing);
    }

    [Fact]
    public void Where_nothing_earlier_is_archived_it_says_so()
    {
        var wal = Find(s_noon.AddDays(-1), 1, (1, Enumerable.Range(4, 3)))!;

        Assert.Equal([(1, 4L, 6L)], Ranges(wal.Stretches.Single()));
        Assert.True(wal.BeginsThere);
    }

    [Fact]
    public void Where_all_that_is_archived_is_older_there_is_nothing_to_read() => Assert.Empty(Find(s_noon.AddDays(1), 1, (1, Enumerable.Range(0, 3)))!.Stretches);

    [Fact]
    public void A_gap_parts_it_and_is_named()
    {
        var wal = Find(s_noon, 1, (1, [0, 1, 2, 5, 6, 8]))!;

        Assert.Equal([[(1, 0L, 2L)], [(1, 5L, 6L)], [(1, 8L, 8L)]], wal.Stretches.Select(Ranges));
        Assert.Equal(3, wal.Missing);
        Assert.Null(wal.MissingBefore(0));
        Assert.Equal(("000000010000000000000003", "000000010000000000000004"), wal.MissingBefore(1));
        Assert.Equal(("000000010000000000000007", "000000010000000000000007"), wal.MissingBefore(2));
    }

    [Fact]
    public void It_follows_the_newest_timeline_through_its_ancestors_and_another_where_that_is_wanted()
    {
        // Timeline 2 left the first one within segment 3, which both have; the first one went on to segment 5.
        (int, IEnumerable<int>)[] segments = [(1, Enumerable.Range(0, 6)), (2, Enumerable.Range(3, 5))];

        Assert.Equal([(1, 0L, 2L), (2, 3L, 7L)], Ranges(Find(s_noon, 2, segments)!.Stretches.Single()));
        Assert.Equal([(1, 0L, 5L)], Ranges(WalToRead.Find(Content(2, segments), 1, s_noon)!.Stretches.Single()));
        Assert.Null(WalToRead.Find(Content(2, segments), 7, s_noon));
    }

    private static List<(int Timeline, long First, long Last)> Ranges(WalStretch stretch) => [.. stretch.Ranges.Select(range => (range.Timeline, range.First, range.Last))];

    private static WalToRead? Find(DateTimeOffset after, int newest, params (int, IEnumerable<int>)[] segments) => WalToRead.Find(Content(newest, segments), null, after);

    private static RepositoryContent Content(int newest, (int Timeline, IEnumerable<int> Numbers)[] segments)
    {
        var ways = new Dictionary<int, TimelineWay> { [1] = TimelineWay.Alone(1) };
        if (newest == 2)
        {
            ways[2] = TimelineWay.Parse("1\t0/3800000\tno recovery target specified\n", 2)!;
        }

        var archive = new WalArchive
        {
            Id = "17-1",
            DatabaseId = 1,
            SegmentSize = WalSegment.DefaultSize,
            Segments = segments.SelectMany(one => one.Numbers.Select(number => new WalSegment(one.Timeline, number)))
                .ToDictionary(segment => segment, segment => new RepositoryFile($"{segment}", 1, s_noon.AddMinutes(segment.Number))),
            Uploading = new HashSet<WalSegment>(),
            Histories = new HashSet<int>(),
            Ways = ways,
        };
        return new RepositoryContent(1, "pg-siteA", [], [archive], new Dictionary<string, RepositoryFile>());
    }
}
