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

    /// <summary>Copies what is printed until the end. First the state, then the output: what an ended unit printed is all there when it is read.</summary>
    public static Task<UnitReading> FollowAsync(INode node, UnitName name, long offset, Stream destination, CancellationToken cancellation)
    {
        return WaitAsync(node, name, CopyMoreAsync, cancellation);

        async Task CopyMoreAsync() => offset += await CopyAsync(node, name, offset, destination, cancellation).ConfigureAwait(false);
    }

    /// <summary>Looks until the unit runs no more.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The unit.</param>
    /// <param name="meanwhile">What is done after each look at a unit that has begun.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<UnitReading> WaitAsync(INode node, UnitName name, Func<Task> meanwhile, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var reading = await UnitReader.ReadAsync(node, name, cancellation).ConfigureAwait(false);
        while (true)
        {
            if (reading.State is not (UnitState.Absent or UnitState.NeverBegan))
            {
                await meanwhile().ConfigureAwait(false);
            }

            if (reading.State != UnitState.Running)
            {
                return reading;
            }

            // What runs has no other marks than it had.
            await Task.Delay(Interval(clock.Elapsed), cancellation).ConfigureAwait(false);
            if (!await UnitReader.IsActiveAsync(node, name, cancellation).ConfigureAwait(false))
            {
                reading = await UnitReader.ReadAsync(node, name, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>How long to wait between two looks at what runs.</summary>
    /// <param name="waited">How long was waited so far.</param>
    public static TimeSpan Interval(TimeSpan waited) =>
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
