using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Configuration;

/// <summary>Looks into an archive that this module wrote.</summary>
internal static class ArchiveReader
{
    /// <summary>The manifest, which is the archive's first entry: the rest is not read.</summary>
    /// <exception cref="DrException"><c>ConfigurationArchiveDamaged</c>, and those of <see cref="FileErrors"/>.</exception>
    public static async Task<ConfigurationManifest> ReadManifestAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            await using (file.ConfigureAwait(false))
            {
                var gzip = new GZipStream(file, CompressionMode.Decompress);
                await using (gzip.ConfigureAwait(false))
                {
                    var reader = new TarReader(gzip);
                    await using (reader.ConfigureAwait(false))
                    {
                        var first = await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false);
                        return first is { Name: ConfigurationManifest.EntryName, DataStream: { } content }
                            ? ManifestJson.Read(content)
                            : throw ConfigurationArchiveDamaged(path, $"its first entry is {first?.Name ?? "missing"} instead of {ConfigurationManifest.EntryName}", null);
                    }
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or JsonException)
        {
            throw ConfigurationArchiveDamaged(path, error.Message, error);
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From("Reading the configuration archive", path, error);
        }
    }

    private static DrException ConfigurationArchiveDamaged(string path, string cameBack, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Reading the configuration archive {path}",
        cameBack,
        "Run Backup-DrConfiguration for a new one, and look at the disk that this one lies on.",
        cause);
}
