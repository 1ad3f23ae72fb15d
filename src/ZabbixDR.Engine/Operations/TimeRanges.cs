namespace ZabbixDR.Engine.Operations;

/// <summary>Sets of ranges of time.</summary>
internal static class TimeRanges
{
    /// <summary>What the first ranges cover and the second do not, in order and without overlap.</summary>
    public static IReadOnlyList<PgTimeRange> Without(IReadOnlyList<PgTimeRange> covered, IReadOnlyList<PgTimeRange> taken)
    {
        var left = new List<PgTimeRange>();
        foreach (var range in Merged(covered))
        {
            var from = range.From;
            foreach (var gone in Merged(taken).Where(gone => gone.To > range.From && gone.From < range.To))
            {
                if (gone.From > from)
                {
                    left.Add(new PgTimeRange(from, gone.From));
                }

                from = gone.To > from ? gone.To : from;
            }

            if (from < range.To)
            {
                left.Add(new PgTimeRange(from, range.To));
            }
        }

        return left;
    }

    /// <summary>The same moments in as few ranges as can be, in order.</summary>
    public static IReadOnlyList<PgTimeRange> Merged(IEnumerable<PgTimeRange> ranges)
    {
        var merged = new List<PgTimeRange>();
        foreach (var range in ranges.OrderBy(range => range.From))
        {
            if (merged.Count > 0 && range.From <= merged[^1].To)
            {
                merged[^1] = merged[^1] with { To = range.To > merged[^1].To ? range.To : merged[^1].To };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }
}
