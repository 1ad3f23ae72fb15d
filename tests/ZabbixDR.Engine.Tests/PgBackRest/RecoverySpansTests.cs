using FsCheck;
using FsCheck.Xunit;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class RecoverySpansTests
{
    private const long Size = WalSegment.DefaultSize;
    private static readonly DateTimeOffset s_start = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_hole_ends_a_span_and_the_next_set_begins_another()
    {
        var archive = Archive([.. Segments(1, 2, 5), .. Segments(1, 7, 9)], TimelineWay.Alone(1));

        var spans = new RecoverySpans(archive, [Set("a", 1, 2), Set("b", 1, 8)]).Find();

        Assert.Equal([("a", 5L, (long?)6), ("b", 9L, null)], spans.Select(span => (span.Backups[0].Label, span.Last.Number, span.Hole?.Number)));
    }

    [Fact]
    public void A_set_of_the_old_timeline_reaches_the_new_one_only_if_it_stopped_before_the_fork()
    {
        // Timeline 2 left 1 within segment 5; 1 went on for two more.
        var fork = new PgLsn((5 * Size) + 0xA0);
        var archive = Archive([.. Segments(1, 2, 7), .. Segments(2, 5, 9)], TimelineWay.Alone(1), TimelineWay.Parse($"1 {fork} why", 2)!);

        var spans = new RecoverySpans(archive, [Set("before", 1, 3), Set("behind", 1, 6)]).Find();

        Assert.Equal([1, 2], spans.Select(span => span.Way.Timeline));
        Assert.Equal(["before", "behind"], spans[0].Backups.Select(set => set.Label));
        Assert.Equal(["before"], spans[1].Backups.Select(set => set.Label));
        Assert.Equal(new WalSegment(2, 9), spans[1].Last);
    }

    [Fact]
    public void A_timeline_that_a_switchover_left_is_no_span_of_its_own()
    {
        var archive = Archive([.. Segments(1, 2, 4), .. Segments(2, 5, 9)], TimelineWay.Alone(1), TimelineWay.Parse($"1 {new PgLsn((5 * Size) + 0xA0)} why", 2)!);

        Assert.Equal([1, 2], Assert.Single(new RecoverySpans(archive, [Set("a", 1, 3)]).Find()).Way.Timelines);
    }

    [Fact]
    public void A_set_whose_own_WAL_is_not_whole_opens_nothing()
    {
        var spans = new RecoverySpans(Archive([.. Segments(1, 3, 9)], TimelineWay.Alone(1)), [Set("a", 1, 2)]);

        Assert.Empty(spans.Find());
        Assert.Equal([new WalSegment(1, 2)], spans.MissingFor(spans.Backups[0]));
    }

    // The spans hold exactly the segments that can be reached from some set by going on one by one.
    [Property]
    public void The_spans_of_one_timeline_are_what_going_on_segment_by_segment_reaches(NonEmptySet<byte> present, NonEmptySet<byte> sets)
    {
        var numbers = present.Get.Select(number => (long)number).ToHashSet();
        var stops = sets.Get.Select(number => (long)number).Order().ToList();
        var spans = new RecoverySpans(Archive([.. numbers.Select(number => new WalSegment(1, number))], TimelineWay.Alone(1)), [.. stops.Select(stop => Set($"{stop}", 1, stop))]).Find();

        var reached = spans.SelectMany(span => Range(long.Parse(span.Backups[0].Label, System.Globalization.CultureInfo.InvariantCulture), span.Last.Number)).Order().ToList();
        var expected = new SortedSet<long>();
        foreach (var stop in stops.Where(numbers.Contains))
        {
            for (var number = stop; numbers.Contains(number); number++)
            {
                expected.Add(number);
            }
        }

        Assert.Equal(expected, reached);
        Assert.Equal(stops.Where(numbers.Contains).Select(stop => $"{stop}"), spans.SelectMany(span => span.Backups).Select(set => set.Label));
        Assert.All(spans, span => Assert.Equal(numbers.Any(number => number > span.Last.Number), span.Hole is not null));
    }

    private static IEnumerable<long> Range(long first, long last)
    {
        for (var number = first; number <= last; number++)
        {
            yield return number;
        }
    }

    private static IEnumerable<WalSegment> Segments(int timeline, long first, long last) => Range(first, last).Select(number => new WalSegment(timeline, number));

    private static WalArchive Archive(IEnumerable<WalSegment> segments, params TimelineWay[] ways) => new()
    {
        Id = "17-1",
        DatabaseId = 1,
        SegmentSize = Size,
        Segments = segments.ToDictionary(segment => segment, segment => new RepositoryFile(segment.Name(Size), 1, s_start.AddMinutes(segment.Number))),
        Uploading = new HashSet<WalSegment>(),
        Histories = new HashSet<int>(),
        Ways = ways.ToDictionary(way => way.Timeline),
    };

    private static PgBackRestBackup Set(string label, int timeline, long segment) => new()
    {
        Stanza = "s",
        Label = label,
        Type = PgBackRestBackupType.Full,
        Repository = 1,
        StartedAt = s_start.AddMinutes(segment),
        StoppedAt = s_start.AddMinutes(segment),
        DatabaseSize = 1,
        DatabaseBackupSize = 1,
        RepositoryBackupSize = 1,
        WalStart = new WalSegment(timeline, segment).Name(Size),
        WalStop = new WalSegment(timeline, segment).Name(Size),
        Timeline = timeline,
        LsnStart = $"{new PgLsn((segment * Size) + 0x28)}",
        LsnStop = $"{new PgLsn((segment * Size) + 0x100)}",
        References = [],
        Annotations = new Dictionary<string, string>(),
        PgBackRestVersion = "2.55.1",
        DatabaseId = 1,
        DatabaseVersion = "17",
        SystemIdentifier = "1",
        Source = "pg-siteA",
    };
}
