using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Etcd;

/// <summary>The names of snapshot files: <c>etcd-snapshot-20260314T024512Z-etcd-1.db</c>, with <c>-2</c> and so on where one is taken.</summary>
internal static partial class SnapshotName
{
    /// <summary>What each begins with.</summary>
    public const string Prefix = "etcd-snapshot-";

    /// <summary>What each ends with.</summary>
    public const string Extension = ".db";

    private const string Time = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The name without its extension.</summary>
    public static string Stem(DateTimeOffset started, string member) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{started.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{member}");

    /// <summary>Reads a name; null for what it does not tell.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="members">The names that members have.</param>
    public static (DateTimeOffset? At, string? Member) Read(string name, IEnumerable<string> members)
    {
        var match = Form().Match(name);
        return match.Success && DateTimeOffset.TryParseExact(match.Groups[1].Value, Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? (at, members.Where(member => Rest().Replace(match.Groups[2].Value, "") == member || match.Groups[2].Value == member).MaxBy(member => member.Length))
            : (null, null);
    }

    [GeneratedRegex(@"^etcd-snapshot-(\d{8}T\d{6}Z)-(.+)\.db$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex(@"-\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Rest();
}
