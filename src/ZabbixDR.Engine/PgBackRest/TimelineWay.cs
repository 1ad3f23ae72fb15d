using System.Globalization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// The way that recovery takes to a timeline: from its first ancestor on, each from the position at which it left the one before
/// (readTimeLineHistory in src/backend/access/transam/timeline.c).
/// </summary>
internal sealed class TimelineWay
{
    private readonly IReadOnlyList<Part> _parts;

    private TimelineWay(IReadOnlyList<Part> parts) => _parts = parts;

    /// <summary>The timelines in their order; the last one is where it leads.</summary>
    public IEnumerable<int> Timelines => _parts.Select(part => part.Timeline);

    /// <summary>Where it leads.</summary>
    public int Timeline => _parts[^1].Timeline;

    /// <summary>The timeline that the last one branched off, and where; null for the first.</summary>
    public (int Parent, PgLsn At)? Fork => _parts.Count > 1 ? (_parts[^2].Timeline, _parts[^1].Begin) : null;

    /// <summary>The way to a timeline without ancestors, or whose history is not known.</summary>
    public static TimelineWay Alone(int timeline) => new([new Part(timeline, default)]);

    /// <summary>
    /// Reads a history file: a line an ancestor, with its timeline and the position at which it was left; comments begin with a sharp, and
    /// what follows the position is the reason. Null where it is no such file.
    /// </summary>
    public static TimelineWay? Parse(string text, int timeline)
    {
        var parts = new List<Part>();
        PgLsn begin = default;
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var fields = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ancestor)
                || ancestor >= timeline || (parts.Count > 0 && ancestor <= parts[^1].Timeline) || ReadLsn(fields[1]) is not { } left)
            {
                return null;
            }

            parts.Add(new Part(ancestor, begin));
            begin = left;
        }

        return new TimelineWay([.. parts, new Part(timeline, begin)]);
    }

    /// <summary>The segment that recovery reads at a number: of the newest timeline that had begun by then (XLogFileReadAnyTLI in xlogrecovery.c).</summary>
    public WalSegment At(long number, long size)
    {
        var part = _parts.Count - 1;
        while (part > 0 && _parts[part].Begin.Position / size > number)
        {
            part--;
        }

        return new WalSegment(_parts[part].Timeline, number);
    }

    /// <summary>Whether a position of a timeline lies on the way: not behind where the next one left it.</summary>
    public bool Passes(int timeline, PgLsn position)
    {
        for (var part = 0; part < _parts.Count; part++)
        {
            if (_parts[part].Timeline == timeline)
            {
                return position >= _parts[part].Begin && (part == _parts.Count - 1 || position <= _parts[part + 1].Begin);
            }
        }

        return false;
    }

    private static PgLsn? ReadLsn(string text)
    {
        try
        {
            return PgLsn.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private readonly record struct Part(int Timeline, PgLsn Begin);
}
