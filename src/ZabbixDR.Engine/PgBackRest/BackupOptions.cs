using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The options that a set was made with, as <c>backup.info</c> keeps them (section backup:current, src/info/infoBackup.c in pgBackRest).</summary>
internal static class BackupOptions
{
    private const string Prefix = "option-";

    /// <summary>Reads a set's options, in the order of their names; null where the line is not the set's.</summary>
    public static IReadOnlyDictionary<string, string>? Read(string line, string label)
    {
        if (!line.StartsWith(label + "=", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var set = JsonDocument.Parse(line[(label.Length + 1)..]);
            return new SortedDictionary<string, string>(
                set.RootElement.EnumerateObject().Where(one => one.Name.StartsWith(Prefix, StringComparison.Ordinal))
                    .ToDictionary(one => one.Name[Prefix.Length..], one => PgBackRestErrors.Printable(one.Value.ToString().ToLowerInvariant())),
                StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>SHA-256, in hexadecimal, of the options: a line <c>name=value</c> each, in the order of the names.</summary>
    public static string Checksum(IReadOnlyDictionary<string, string> options) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => $"{option.Key}={option.Value}\n"))))).ToLowerInvariant();
}
