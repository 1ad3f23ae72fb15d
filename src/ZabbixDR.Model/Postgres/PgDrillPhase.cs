namespace ZabbixDR;

/// <summary>A part of a drill.</summary>
/// <param name="Subject">What it was for.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Bytes">What was restored, or replayed of WAL; null for the other parts, and where it is not known.</param>
public sealed record PgDrillPhase(PgDrillSubject Subject, TimeSpan Elapsed, long? Bytes)
{
    /// <summary>Bytes a second; null where they are not known.</summary>
    public long? Pace => Bytes is { } bytes && Elapsed > TimeSpan.Zero ? (long)(bytes / Elapsed.TotalSeconds) : null;
}
