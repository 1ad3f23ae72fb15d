namespace ZabbixDR.Engine.PgBackRest;

/// <summary>Finds the spans in which an archive and its sets allow recovery, and may suppose that files are there or not.</summary>
internal sealed class RecoverySpans
{
    private readonly WalArchive _archive;
    private readonly List<PgBackRestBackup> _backups;
    private readonly Dictionary<int, long> _newest;

    /// <param name="archive">The archive, its <see cref="WalArchive.Ways"/> filled.</param>
    /// <param name="backups">The repository's sets; those of other databases are passed over.</param>
    public RecoverySpans(WalArchive archive, IEnumerable<PgBackRestBackup> backups)
    {
        _archive = archive;
        _backups = [.. backups.Where(backup => backup.DatabaseId == archive.DatabaseId && backup.LsnStop is not null && archive.NeededBy(backup) is not null)];
        _newest = archive.Segments.Keys.GroupBy(segment => segment.Timeline).ToDictionary(timeline => timeline.Key, timeline => timeline.Max(segment => segment.Number));
    }

    /// <summary>The spans, way by way, each way's oldest first. A branch that was left is told apart only where it has WAL of its own.</summary>
    /// <param name="damage">What is supposed; null for things as they are.</param>
    public IReadOnlyList<RecoverySpan> Find(SupposedDamage? damage = null)
    {
        bool Present(WalSegment segment) => damage is null
            ? _archive.Segments.ContainsKey(segment)
            : (_archive.Segments.ContainsKey(segment) || damage.Restored.Contains(segment)) && !damage.Segments.Contains(segment);
        var usable = _backups.Where(backup => damage?.Sets.Contains(backup.Label) is not true && IsConsistent(backup, Present)).ToList();
        return [.. _archive.Ways.Values.OrderBy(way => way.Timeline).SelectMany(way => Along(way, usable, Present).Where(span => !ChildCovers(span)))];
    }

    /// <summary>The segments that a set needs to be consistent and that are missing.</summary>
    public IEnumerable<WalSegment> MissingFor(PgBackRestBackup backup)
    {
        var (first, last) = _archive.NeededBy(backup)!.Value;
        for (var number = first.Number; number <= last.Number; number++)
        {
            var segment = first with { Number = number };
            if (!_archive.Segments.ContainsKey(segment))
            {
                yield return segment;
            }
        }
    }

    /// <summary>The sets that can be judged here.</summary>
    public IReadOnlyList<PgBackRestBackup> Backups => _backups;

    private bool IsConsistent(PgBackRestBackup backup, Func<WalSegment, bool> present)
    {
        var (first, last) = _archive.NeededBy(backup)!.Value;
        for (var number = first.Number; number <= last.Number; number++)
        {
            if (!present(first with { Number = number }))
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<RecoverySpan> Along(TimelineWay way, IEnumerable<PgBackRestBackup> usable, Func<WalSegment, bool> present)
    {
        RecoverySpan? span = null;
        var newest = way.Timelines.Max(timeline => _newest.GetValueOrDefault(timeline, -1));
        foreach (var backup in usable.Where(backup => way.Passes(backup.Timeline!.Value, PgLsn.Parse(backup.LsnStop!))).OrderBy(backup => PgLsn.Parse(backup.LsnStop!)))
        {
            var stop = _archive.NeededBy(backup)!.Value.Last.Number;
            if (span is not null && stop <= span.Last.Number)
            {
                ((List<PgBackRestBackup>)span.Backups).Add(backup);
                continue;
            }

            if (span is not null)
            {
                yield return span;
            }

            var last = stop;
            while (present(way.At(last + 1, _archive.SegmentSize)))
            {
                last++;
            }

            span = new RecoverySpan(way, new List<PgBackRestBackup> { backup }, way.At(last, _archive.SegmentSize), HoleAfter(way, last, newest));
        }

        if (span is not null)
        {
            yield return span;
        }
    }

    private WalSegment? HoleAfter(TimelineWay way, long last, long newest)
    {
        for (var number = last + 2; number <= newest; number++)
        {
            if (_archive.Segments.ContainsKey(way.At(number, _archive.SegmentSize)))
            {
                return way.At(last + 1, _archive.SegmentSize);
            }
        }

        return null;
    }

    // What a branch has before the fork, the way of its child has too.
    private bool ChildCovers(RecoverySpan span) => _archive.Ways.Values.Any(way =>
        way.Fork is { } fork && fork.Parent == span.Way.Timeline && fork.At.Position / _archive.SegmentSize > span.Last.Number);
}
