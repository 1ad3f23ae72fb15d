using System.Text;

namespace ZabbixDR.Engine.Nodes.Files;

/// <summary>A line of fstab(5).</summary>
/// <param name="Source">What is mounted: a device, or a server and its path.</param>
/// <param name="Directory">Where.</param>
/// <param name="Type">The file system's type.</param>
/// <param name="Options">How, as the fourth field has it.</param>
internal sealed record FileSystemEntry(string Source, string Directory, string Type, string Options)
{
    /// <summary>Where it stands.</summary>
    public const string Table = "/etc/fstab";

    /// <summary>As it is written; dump and fsck have no business with it.</summary>
    public override string ToString() => $"{Escaped(Source)} {Escaped(Directory)} {Escaped(Type)} {Escaped(Options)} 0 0";

    /// <summary>The entry for a directory in a table; null where there is none. Of several the last one is what counts.</summary>
    public static FileSystemEntry? Find(string table, string directory) => table.Split('\n').Select(Read).LastOrDefault(entry => entry?.Directory == directory);

    /// <summary>A table in which this is the one entry for its directory: in the place of the first that there was, else at the end. All else stays byte for byte.</summary>
    public string In(string table)
    {
        var lines = table.Split('\n').ToList();
        var at = lines.FindIndex(IsOfThisDirectory);
        if (at < 0)
        {
            return $"{table}{(table.Length > 0 && table[^1] != '\n' ? "\n" : "")}{this}\n";
        }

        lines[at] = ToString();
        return string.Join('\n', lines.Where((line, number) => number == at || !IsOfThisDirectory(line)));
    }

    /// <summary>A table without an entry for the directory; all else stays byte for byte.</summary>
    public static string Without(string table, string directory) => string.Join('\n', table.Split('\n').Where(line => Read(line)?.Directory != directory));

    /// <summary>A field of fstab(5) or of proc(5)'s tables of mounts: blank, tab, newline and backslash are written as a backslash and three octal digits.</summary>
    public static string Unescaped(string text)
    {
        var plain = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && index + 3 < text.Length && text.AsSpan(index + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)Convert.ToInt32(text.Substring(index + 1, 3), 8));
                index += 3;
            }
            else
            {
                plain.Append(text[index]);
            }
        }

        return plain.ToString();
    }

    private static string Escaped(string text) => string.Concat(text.Select(letter => letter is ' ' or '\t' or '\n' or '\\' ? $"\\{Convert.ToString(letter, 8).PadLeft(3, '0')}" : $"{letter}"));

    private static FileSystemEntry? Read(string line) =>
        line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var source, var directory, var type, var options, ..] && source[0] != '#'
            ? new FileSystemEntry(Unescaped(source), Trimmed(Unescaped(directory)), type, Unescaped(options))
            : null;

    private static string Trimmed(string directory) => directory.Length > 1 ? directory.TrimEnd('/') : directory;

    private bool IsOfThisDirectory(string line) => Read(line)?.Directory == Directory;
}
