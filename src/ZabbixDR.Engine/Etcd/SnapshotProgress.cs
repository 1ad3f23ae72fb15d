using System.Diagnostics;

namespace ZabbixDR.Engine.Etcd;

/// <summary>How far a snapshot's stream has come: each message says how much is still to follow.</summary>
internal sealed class SnapshotProgress
{
    // Often enough for a sink that shows five a second, seldom enough to cost nothing at 30,000 messages a gigabyte.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private readonly IProgress<OperationProgress> _sink;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _reported;

    public SnapshotProgress(IProgress<OperationProgress> sink) => _sink = sink;

    /// <summary>The bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>The size of the database; null before the first message.</summary>
    public long? Total { get; private set; }

    /// <summary>A message came.</summary>
    public void Advance(int bytes, ulong remaining)
    {
        Received += bytes;
        Total ??= Received + (long)remaining;
        if (_reported != 0 && Stopwatch.GetElapsedTime(_reported) < s_interval)
        {
            return;
        }

        _reported = Stopwatch.GetTimestamp();
        var fraction = Math.Min(1, Received / (double)Math.Max(1, Total.Value));
        _sink.Report(new OperationProgress(
            $"{ByteSize.ToText(Received)} of {ByteSize.ToText(Total)}",
            fraction,
            Stopwatch.GetElapsedTime(_started) * ((1 - fraction) / fraction)));
    }
}
