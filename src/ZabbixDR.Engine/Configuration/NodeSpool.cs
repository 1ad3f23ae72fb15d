using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Configuration;

/// <summary>
/// A node's files as its own tar gave them, on this machine's disk without a name. A stream that breaks, or a node that dies in the
/// middle, costs this spool and not the archive. Needs as much room as the files have.
/// </summary>
internal sealed class NodeSpool : IAsyncDisposable
{
    private NodeSpool(INode node, FileStream stream) => (Node, Stream) = (node, stream);

    /// <summary>The node.</summary>
    public INode Node { get; }

    /// <summary>Its tar stream; null content where nothing that was asked for is there.</summary>
    public FileStream Stream { get; }

    /// <summary>What was asked for.</summary>
    public required IReadOnlyList<ConfigurationPath> Asked { get; init; }

    /// <summary>The optional paths that are not there.</summary>
    public required IReadOnlyList<string> Absent { get; init; }

    /// <summary>What is missing or doubtful, one sentence each.</summary>
    public required IReadOnlyList<string> Errors { get; set; }

    /// <summary>What the archive's writer knows of its entries; filled by <see cref="SpoolIndex"/>.</summary>
    public IReadOnlyList<ManifestEntry> Entries { get; private set; } = [];

    /// <summary>Reads a node.</summary>
    /// <exception cref="DrException">
    /// Those of <see cref="INode"/>, <c>ConfigurationStreamStalled</c>, <c>ConfigurationStreamBroken</c>, and those of <see cref="FileErrors"/>.
    /// </exception>
    public static async Task<NodeSpool> ReadAsync(INode node, IReadOnlyList<ConfigurationPath> asked, string directory, CancellationToken cancellation)
    {
        var found = await PathProbe.LookAsync(node, asked, cancellation).ConfigureAwait(false);
        FileStream? stream = null;
        try
        {
            stream = NamelessFile.Create(directory);
            var complaints = await NodeTar.CopyAsync(node, Roots(found), stream, cancellation).ConfigureAwait(false);
            var spool = new NodeSpool(node, stream)
            {
                Asked = asked,
                Absent = [.. found.Where(path => path.Presence == PathPresence.Absent && path.Asked.Optional).Select(path => path.Asked.Path)],
                Errors = [.. found.Select(Missing).OfType<string>(), .. complaints],
            };
            spool.Entries = await SpoolIndex.ReadAsync(spool, cancellation).ConfigureAwait(false);
            spool.Errors = [.. spool.Errors, .. spool.Entries.Where(IsRenamed).Select(entry => $"{entry.Path}: its name is not UTF-8 and stands changed in the archive")];
            stream = null;
            return spool;
        }
        catch (DrException error) when (error.InnerException is { } cause && FileErrors.IsDiskFull(cause))
        {
            // The node takes whatever ends the copy for a broken connection.
            throw FileErrors.From($"Keeping the files of {node.Name} for the archive", directory, cause);
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From($"Keeping the files of {node.Name} for the archive", directory, error);
        }
        finally
        {
            if (stream is not null)
            {
                await DiscardAsync(stream).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DiscardAsync(Stream);

    // The reader puts U+FFFD for bytes that are no UTF-8.
    private static bool IsRenamed(ManifestEntry entry) => entry.Path.Contains('\uFFFD', StringComparison.Ordinal) || entry.Target?.Contains('\uFFFD', StringComparison.Ordinal) == true;

    // What lies below another path is in that one's tree already; tar would store it twice.
    private static List<string> Roots(IReadOnlyList<PathFinding> found)
    {
        List<string> present =
        [
            .. found.Where(path => path.Presence != PathPresence.Absent).SelectMany(path => path.Target is null ? [path.Asked.Path] : new[] { path.Asked.Path, path.Target })
                .Distinct(StringComparer.Ordinal),
        ];
        return [.. present.Where(path => !present.Exists(other => path.StartsWith(other + "/", StringComparison.Ordinal)))];
    }

    private static string? Missing(PathFinding path) => path switch
    {
        { Presence: PathPresence.Dangling } => $"{path.Asked.Path} is a link to nothing",
        { Presence: PathPresence.Absent, Asked.Optional: false } => $"{path.Asked.Path} is not there, and this node should have it",
        _ => null,
    };

    // A full disk refuses what is still in the buffer; that failure has been told by then.
    private static async ValueTask DiscardAsync(FileStream stream)
    {
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            stream.SafeFileHandle.Dispose();
        }
    }
}
