using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>Reads what a unit printed, piece by piece.</summary>
internal static class UnitOutput
{
    // A piece is held in memory whole, once or twice, however much the unit prints. At a round trip of 100 ms for each it allows 40 MiB a second.
    private const int PieceSize = 4 * 1024 * 1024;

    // A look costs the node two short programs. The interval is a twentieth of the time waited so far: whoever waits for long learns of the end a twentieth
    // late, and an hour costs some hundreds of looks instead of thousands.
    private const int IntervalShare = 20;
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    // How often tail(1) looks, on the node, whether the program has ended.
    private const string TailInterval = "0.1";

    // What systemd has to do when the program has ended: two short programs and a sync.
    private static readonly TimeSpan RecordingTime = TimeSpan.FromMilliseconds(50);

    // After as long it is asked anew, so that a node that has stopped answering is noticed; it costs one look.
    private static readonly TimeSpan TailTime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Copies what is printed until the end. One program on the node waits there and sends what comes, and is started again where it was cut off: asking
    /// again and again takes from what is waited for (docs/decisions/028).
    /// </summary>
    public static async Task<UnitReading> FollowAsync(INode node, UnitName name, long offset, Stream destination, CancellationToken cancellation)
    {
        using var counted = new CountingStream(destination);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            // First the state, then the output: what an ended unit printed is all there when it is read.
            var (isActive, process) = await UnitReader.AskAsync(node, name, cancellation).ConfigureAwait(false);
            if (!isActive && await UnitReader.ReadAsync(node, name, cancellation).ConfigureAwait(false) is { State: not UnitState.Running } reading)
            {
                if (reading.State is not (UnitState.Absent or UnitState.NeverBegan))
                {
                    await CopyAsync(node, name, offset + counted.Written, counted, cancellation).ConfigureAwait(false);
                }

                return reading;
            }

            if (process == 0)
            {
                await Task.Delay(Interval(clock.Elapsed), cancellation).ConfigureAwait(false);
            }
            else
            {
                await TailAsync(node, name, process, offset + counted.Written, counted, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Looks until the unit runs no more.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The unit.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<UnitReading> WaitAsync(INode node, UnitName name, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(Interval(clock.Elapsed), cancellation).ConfigureAwait(false))
        {
            if (!await UnitReader.IsActiveAsync(node, name, cancellation).ConfigureAwait(false)
                && await UnitReader.ReadAsync(node, name, cancellation).ConfigureAwait(false) is { State: not UnitState.Running } reading)
            {
                return reading;
            }
        }
    }

    private static TimeSpan Interval(TimeSpan waited) =>
        TimeSpan.FromTicks(Math.Clamp(waited.Ticks / IntervalShare, ShortestInterval.Ticks, LongestInterval.Ticks));

    /// <summary>Copies what has been printed from an offset on.</summary>
    /// <returns>How many bytes that was.</returns>
    public static async Task<long> CopyAsync(INode node, UnitName name, long offset, Stream destination, CancellationToken cancellation)
    {
        var copied = 0L;
        using var piece = new MemoryStream();
        do
        {
            piece.SetLength(0);
            await node.RunAsync(Piece(name, offset + copied), piece, cancellation).ConfigureAwait(false);

            // Whole pieces only: where the connection breaks, what the destination holds says from where to go on.
            await destination.WriteAsync(piece.GetBuffer().AsMemory(0, (int)piece.Length), cancellation).ConfigureAwait(false);
            copied += piece.Length;
        }
        while (piece.Length == PieceSize);
        return copied;
    }

    // Until the program has ended.
    private static async Task TailAsync(INode node, UnitName name, int process, long offset, Stream destination, CancellationToken cancellation)
    {
        var follow = new ObservingCommand(
            "tail",
            "--follow=descriptor",
            string.Create(CultureInfo.InvariantCulture, $"--pid={process}"),
            $"--sleep-interval={TailInterval}",
            string.Create(CultureInfo.InvariantCulture, $"--bytes=+{offset + 1}"),
            "--",
            new UnitFolder(name).Output)
        {
            User = "root",
            TimeLimit = TailTime,
        };
        try
        {
            await node.RunAsync(follow, destination, cancellation).ConfigureAwait(false);
            await Task.Delay(RecordingTime, cancellation).ConfigureAwait(false);
        }
        catch (DrException cut) when (NodeErrors.IsCutOff(cut))
        {
            // The next look says whether the node can be reached.
        }
    }

    private static ObservingCommand Piece(UnitName name, long offset) =>
        new(
            "dd",
            $"if={new UnitFolder(name).Output}",
            "iflag=skip_bytes,count_bytes,fullblock",
            "bs=65536",
            string.Create(CultureInfo.InvariantCulture, $"skip={offset}"),
            string.Create(CultureInfo.InvariantCulture, $"count={PieceSize}"),
            "status=none")
        {
            User = "root",
        };
}
