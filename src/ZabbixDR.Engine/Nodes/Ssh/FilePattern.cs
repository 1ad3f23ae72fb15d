using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>The files that a pattern of glob(7) names.</summary>
internal static class FilePattern
{
    /// <summary>The files, in the order of their names' bytes; none where nothing matches.</summary>
    /// <param name="pattern">An absolute path with <c>*</c>, <c>?</c> and <c>[…]</c> in it.</param>
    /// <exception cref="ArgumentException">A <c>[</c> is not closed, or what stands in it is no range.</exception>
    public static IReadOnlyList<string> Files(string pattern)
    {
        var root = Path.GetPathRoot(pattern)!;
        IEnumerable<string> found = [root];
        foreach (var part in pattern[root.Length..].Split([Path.DirectorySeparatorChar, '/'], StringSplitOptions.RemoveEmptyEntries))
        {
            found = part.IndexOfAny(['*', '?', '[']) < 0
                ? found.Select(folder => Path.Combine(folder, part))
                : found.Where(Directory.Exists).SelectMany(folder => Entries(folder, part));
        }

        return [.. found.Where(File.Exists).Order(StringComparer.Ordinal)];
    }

    // A leading dot is matched by a dot alone.
    private static IEnumerable<string> Entries(string folder, string part)
    {
        var name = new Regex(
            "^" + Regex.Escape(part).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)
                .Replace(@"\[!", "[^", StringComparison.Ordinal).Replace(@"\[", "[", StringComparison.Ordinal) + "$",
            RegexOptions.Singleline | RegexOptions.NonBacktracking);
        return Directory.EnumerateFileSystemEntries(folder)
            .Where(entry => name.IsMatch(Path.GetFileName(entry)) && (part[0] == '.' || Path.GetFileName(entry)[0] != '.'));
    }
}
