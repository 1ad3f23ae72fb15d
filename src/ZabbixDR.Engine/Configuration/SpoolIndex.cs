using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;

namespace ZabbixDR.Engine.Configuration;

/// <summary>Reads a node's spool through once: that it is whole, and what is in it.</summary>
internal static class SpoolIndex
{
    private const int BlockSize = 512;

    /// <summary>Where tar's end lies: two blocks of zeros, which a stream that was cut does not have.</summary>
    private const int EndSize = 2 * BlockSize;

    /// <summary>The entries, each with the SHA-256 of its content.</summary>
    /// <exception cref="DrException"><c>ConfigurationStreamBroken</c>.</exception>
    public static async Task<IReadOnlyList<ManifestEntry>> ReadAsync(NodeSpool spool, CancellationToken cancellation)
    {
        if (spool.Stream.Length == 0)
        {
            return [];
        }

        RequireEnd(spool);
        var entries = new List<ManifestEntry>();
        try
        {
            await foreach (var entry in ReadEntriesAsync(spool.Stream, cancellation).ConfigureAwait(false))
            {
                entries.Add(await DescribeAsync(spool, entry, cancellation).ConfigureAwait(false));
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw ConfigurationStreamBroken(spool, error.Message, error);
        }

        return entries;
    }

    /// <summary>The entries of a spool from its beginning.</summary>
    public static async IAsyncEnumerable<PaxTarEntry> ReadEntriesAsync(
        FileStream stream,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        stream.Position = 0;
        var reader = new TarReader(stream, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (stream.Length > 0 && await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
            {
                yield return entry as PaxTarEntry ?? throw new InvalidDataException($"the entry {entry.Name} is not in the posix format");
            }
        }
    }

    private static void RequireEnd(NodeSpool spool)
    {
        var end = new byte[EndSize];
        var stream = spool.Stream;
        if (stream.Length % BlockSize != 0 || stream.Length < EndSize
            || RandomAccess.Read(stream.SafeFileHandle, end, stream.Length - EndSize) != EndSize || end.AsSpan().ContainsAnyExcept((byte)0))
        {
            throw ConfigurationStreamBroken(spool, $"the tar stream of {stream.Length} bytes ends without tar's end mark", null);
        }
    }

    private static async Task<ManifestEntry> DescribeAsync(NodeSpool spool, PaxTarEntry entry, CancellationToken cancellation)
    {
        // A name is used as it is when the archive is expanded: one that leads out of its node's folder is no accident.
        if (entry.Name.StartsWith('/') || entry.Name.Split('/').Contains(".."))
        {
            throw ConfigurationStreamBroken(spool, $"the name {entry.Name} leads out of the archive", null);
        }

        var type = TypeOf(entry.EntryType);
        return new ManifestEntry(
            "/" + entry.Name.TrimEnd('/'),
            type,
            type == ManifestEntryType.File ? entry.Length : 0,
            Convert.ToString((int)entry.Mode, 8).PadLeft(4, '0'),
            NameOr(entry.UserName, entry.Uid),
            NameOr(entry.GroupName, entry.Gid),
            entry.Uid,
            entry.Gid,
            entry.ModificationTime.ToUniversalTime(),
            type == ManifestEntryType.File ? await HashAsync(entry.DataStream, cancellation).ConfigureAwait(false) : null,
            type switch
            {
                ManifestEntryType.SymbolicLink => entry.LinkName,
                ManifestEntryType.HardLink => "/" + entry.LinkName,
                _ => null,
            });
    }

    private static ManifestEntryType TypeOf(TarEntryType type) => type switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => ManifestEntryType.File,
        TarEntryType.Directory => ManifestEntryType.Directory,
        TarEntryType.SymbolicLink => ManifestEntryType.SymbolicLink,
        TarEntryType.HardLink => ManifestEntryType.HardLink,
        _ => ManifestEntryType.Special,
    };

    private static string NameOr(string name, int number) => name.Length > 0 ? name : number.ToString(CultureInfo.InvariantCulture);

    // An empty file has no stream.
    private static async Task<string> HashAsync(Stream? content, CancellationToken cancellation) =>
        Convert.ToHexString(await SHA256.HashDataAsync(content ?? Stream.Null, cancellation).ConfigureAwait(false)).ToLowerInvariant();

    private static DrException ConfigurationStreamBroken(NodeSpool spool, string cameBack, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidData,
        spool.Node.Name,
        "Reading configuration files",
        cameBack,
        "Back up again; where it stays so, look at what tar gives on the node by hand.",
        cause);
}
