using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Configuration;

/// <summary>Composes the nodes' spools into one archive.</summary>
internal static class ArchiveWriter
{
    private const int BufferSize = 128 * 1024;

    // Records of the node's own stream that describe its name and sizes, which change or are written anew here.
    private static readonly string[] s_renamed = ["path", "linkpath", "size"];

    /// <summary>Writes the archive, the manifest first, syncs it, and gives its SHA-256.</summary>
    /// <param name="file">The archive, not committed yet.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="spools">The nodes' files.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public static async Task<string> WriteAsync(DurableFile file, ConfigurationManifest manifest, IEnumerable<NodeSpool> spools, CancellationToken cancellation)
    {
        using var hash = SHA256.Create();
        var stream = new FileStream(file.Handle, FileAccess.Write, BufferSize);
        await using (stream.ConfigureAwait(false))
        {
            var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true);
            await using (hashed.ConfigureAwait(false))
            {
                var gzip = new GZipStream(hashed, CompressionLevel.Optimal, leaveOpen: true);
                await using (gzip.ConfigureAwait(false))
                {
                    await WriteEntriesAsync(gzip, manifest, spools, cancellation).ConfigureAwait(false);
                }
            }

            // Committing closes the handle that this stream shares.
            await stream.FlushAsync(cancellation).ConfigureAwait(false);
            file.Commit();
            return Convert.ToHexString(hash.Hash!).ToLowerInvariant();
        }
    }

    private static async Task WriteEntriesAsync(Stream destination, ConfigurationManifest manifest, IEnumerable<NodeSpool> spools, CancellationToken cancellation)
    {
        var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            await tar.WriteEntryAsync(ManifestEntryOf(manifest), cancellation).ConfigureAwait(false);
            foreach (var spool in spools)
            {
                await foreach (var entry in SpoolIndex.ReadEntriesAsync(spool.Stream, cancellation).ConfigureAwait(false))
                {
                    await tar.WriteEntryAsync(Rename(entry, spool.Node.Name), cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    private static PaxTarEntry ManifestEntryOf(ConfigurationManifest manifest) => new(TarEntryType.RegularFile, ConfigurationManifest.EntryName)
    {
        DataStream = new MemoryStream(ManifestJson.Write(manifest)),
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        ModificationTime = manifest.CreatedAt,
    };

    private static PaxTarEntry Rename(PaxTarEntry entry, string node)
    {
        var kept = entry.ExtendedAttributes.Where(record => !s_renamed.Contains(record.Key));
        var renamed = new PaxTarEntry(entry.EntryType, $"{node}/{entry.Name}", kept)
        {
            Mode = entry.Mode,
            Uid = entry.Uid,
            Gid = entry.Gid,
            UserName = entry.UserName,
            GroupName = entry.GroupName,
            ModificationTime = entry.ModificationTime,
        };
        switch (entry.EntryType)
        {
            case TarEntryType.SymbolicLink:
                renamed.LinkName = entry.LinkName;
                break;
            case TarEntryType.HardLink:
                // A hard link names another entry of the archive.
                renamed.LinkName = $"{node}/{entry.LinkName}";
                break;
            case TarEntryType.BlockDevice or TarEntryType.CharacterDevice:
                renamed.DeviceMajor = entry.DeviceMajor;
                renamed.DeviceMinor = entry.DeviceMinor;
                break;
            case TarEntryType.RegularFile:
                renamed.DataStream = entry.DataStream;
                break;
        }

        return renamed;
    }
}
