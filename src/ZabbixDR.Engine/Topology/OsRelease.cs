namespace ZabbixDR.Engine.Topology;

/// <summary>What a host says that it is: os-release(5), shell-compatible assignments.</summary>
/// <param name="Id">The system, such as <c>debian</c> or <c>rocky</c>.</param>
/// <param name="Like">The systems that it is made after, the nearest first.</param>
/// <param name="PrettyName">Its name for people.</param>
public sealed record OsRelease(string Id, IReadOnlyList<string> Like, string PrettyName)
{
    /// <summary>Reads the file's lines. What is missing has the defaults of os-release(5).</summary>
    public static OsRelease Parse(IEnumerable<string> lines)
    {
        var values = lines
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2 && !parts[0].StartsWith('#'))
            .GroupBy(parts => parts[0].Trim(), parts => parts[1].Trim().Trim('"', '\''))
            .ToDictionary(same => same.Key, same => same.Last(), StringComparer.Ordinal);
        return new OsRelease(
            values.GetValueOrDefault("ID", "linux"),
            values.GetValueOrDefault("ID_LIKE", "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            values.GetValueOrDefault("PRETTY_NAME", "Linux"));
    }
}
