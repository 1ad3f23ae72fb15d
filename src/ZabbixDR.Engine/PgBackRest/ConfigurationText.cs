namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// The text of a pgbackrest.conf, line by line, so that one option can be set and all else stays as it is: comments, order, blank lines.
/// The format is that of src/common/ini.c: lines are trimmed, those that begin with # are comments, a section's name stands in brackets.
/// </summary>
internal sealed class ConfigurationText
{
    private readonly List<string> _lines;

    private ConfigurationText(List<string> lines) => _lines = lines;

    /// <summary>Takes a text apart.</summary>
    public static ConfigurationText Parse(string text) => new([.. text.TrimEnd('\n').Split('\n').Where((line, index) => index > 0 || line.Length > 0)]);

    /// <summary>The options in the order of the text; one that is set twice is there twice.</summary>
    public IReadOnlyList<(string Section, string Name, string Value)> Options
    {
        get
        {
            var options = new List<(string, string, string)>();
            var section = "";
            foreach (var line in _lines)
            {
                section = SectionOf(line) ?? section;
                if (OptionOf(line) is { } option)
                {
                    options.Add((section, option.Name, option.Value));
                }
            }

            return options;
        }
    }

    /// <summary>An option's value; null where it is not set.</summary>
    public string? Find(string section, string name) => Options.LastOrDefault(option => option.Section == section && option.Name == name).Value;

    /// <summary>Sets an option where it stands, or at the end of its section; a section that is missing comes last.</summary>
    public void Set(string section, string name, string value)
    {
        var (current, end) = ("", -1);
        for (var index = 0; index < _lines.Count; index++)
        {
            current = SectionOf(_lines[index]) ?? current;
            if (current != section)
            {
                continue;
            }

            if (OptionOf(_lines[index]) is { } option && option.Name == name)
            {
                _lines[index] = $"{name}={value}";
                return;
            }

            end = _lines[index].Trim().Length > 0 ? index : end;
        }

        if (end < 0)
        {
            _lines.AddRange(_lines.Count > 0 ? ["", $"[{section}]"] : [$"[{section}]"]);
            end = _lines.Count - 1;
        }

        _lines.Insert(end + 1, $"{name}={value}");
    }

    /// <summary>What is in the other and not here, and the reverse, as a person may read it: without secrets.</summary>
    public IReadOnlyList<string> DifferenceTo(ConfigurationText other) =>
        [.. Missing(_lines, other._lines).Select(line => $"- {Masked(line)}"), .. Missing(other._lines, _lines).Select(line => $"+ {Masked(line)}")];

    public override string ToString() => string.Concat(_lines.Select(line => line + "\n"));

    private static List<string> Missing(List<string> from, List<string> there)
    {
        var left = there.Select(line => line.Trim()).ToList();
        return from.Where(line => line.Trim().Length > 0 && !left.Remove(line.Trim())).ToList();
    }

    // In a comment too: an old passphrase may stand there.
    private static string Masked(string line) =>
        line.Trim().Split('=', 2) is [var name, _] && PgBackRestFile.IsSecret(name.TrimEnd()) ? $"{name.TrimEnd()}=(secret)" : line.Trim();

    private static string? SectionOf(string line) => line.Trim() is ['[', .. var name, ']'] ? name : null;

    private static (string Name, string Value)? OptionOf(string line) =>
        line.Trim() is { Length: > 0 } text && text[0] is not ('#' or '[') && text.Split('=', 2) is [var name, var value] ? (name.Trim(), value.Trim()) : null;
}
