namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>Segments of a way through the timelines that follow one another without a gap.</summary>
/// <param name="Timeline">The timeline to which the way leads.</param>
/// <param name="SegmentSize">The size of a segment.</param>
/// <param name="Ranges">The segments, by their numbers, one range for each timeline on which they were written.</param>
internal sealed record WalStretch(int Timeline, long SegmentSize, IReadOnlyList<WalStretch.Range> Ranges)
{
    /// <summary>The first segment's number.</summary>
    public long First => Ranges[0].First;

    /// <summary>The last segment's number.</summary>
    public long Last => Ranges[^1].Last;

    /// <summary>How many segments they are.</summary>
    public long Count => Last - First + 1;

    /// <summary>Segments of one timeline.</summary>
    internal sealed record Range(int Timeline, long First, long Last);
}
