using Microsoft.Win32.SafeHandles;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Configuration;

/// <summary>Runs GNU tar on a node and copies what it gives.</summary>
internal static class NodeTar
{
    // tar: 1 is "some files differ", a file that changed while it was read; 2 is a failure that its messages explain.
    private const int FilesDiffer = 1;
    private const int FailedInPart = 2;
    private const string Prefix = "tar: ";

    // Grows with the files: half an hour at 1 MiB/s is 1.8 GiB, far beyond any configuration. A hang is noticed by StallLimit.
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromMinutes(30);

    /// <summary>A stream that gives nothing for this long is given up; it is noticed within twice the time.</summary>
    public static TimeSpan StallLimit { get; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Copies the paths and all below them. Owners go by name and by number (so there is no --numeric-owner: a rebuilt host may number them
    /// otherwise), links as links, times in full; the archive's writer keeps 100 ns of them.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="roots">Absolute paths that exist.</param>
    /// <param name="destination">Where the stream goes; nothing where there is no path.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What tar complained of, one sentence each.</returns>
    public static async Task<IReadOnlyList<string>> CopyAsync(INode node, IReadOnlyList<string> roots, FileStream destination, CancellationToken cancellation)
    {
        if (roots.Count == 0)
        {
            return [];
        }

        var command = new ObservingCommand(
            "tar",
            [
                "--create", "--file=-", "--format=posix", "--ignore-failed-read", "--quoting-style=escape", "--directory=/", "--",
                .. roots.Select(path => path[1..]),
            ])
        {
            User = "root",
            TimeLimit = s_timeLimit,
            AcceptedExitCodes = [0, FilesDiffer, FailedInPart],
        };
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var over = new CancellationTokenSource();
        var watch = WatchAsync(destination.SafeFileHandle, stall, over.Token);
        try
        {
            var result = await node.RunAsync(command, destination, stall.Token).ConfigureAwait(false);
            await destination.FlushAsync(cancellation).ConfigureAwait(false);
            return Complaints(result.Error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw ConfigurationStreamStalled(node, error);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(false);
        }
    }

    /// <summary>The messages of tar that mean that something is missing or doubtful.</summary>
    internal static IReadOnlyList<string> Complaints(string error) =>
    [
        .. from line in error.Split('\n')
           where line.StartsWith(Prefix, StringComparison.Ordinal)
           let message = line[Prefix.Length..].Replace("Warning: ", "", StringComparison.Ordinal)
           where !message.EndsWith("socket ignored", StringComparison.Ordinal) && !message.StartsWith("Exiting with failure status", StringComparison.Ordinal)
           select $"/{message}",
    ];

    private static async Task WatchAsync(SafeFileHandle destination, CancellationTokenSource stall, CancellationToken over)
    {
        using var timer = new PeriodicTimer(StallLimit);
        var before = -1L;
        try
        {
            while (await timer.WaitForNextTickAsync(over).ConfigureAwait(false))
            {
                var now = RandomAccess.GetLength(destination);
                if (now == before)
                {
                    await stall.CancelAsync().ConfigureAwait(false);
                    return;
                }

                before = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The copy has ended.
        }
    }

    private static DrException ConfigurationStreamStalled(INode node, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        node.Name,
        "Reading configuration files",
        $"nothing came for {StallLimit.TotalSeconds:0} s or longer",
        "Look whether the host or its storage hangs, and back up again.",
        cause);
}
