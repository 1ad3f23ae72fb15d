using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Yaml;

/// <summary>A value that is to be written into a YAML text: how it is written there, on one line, and what it means.</summary>
/// <param name="Text">As it stands in the text.</param>
/// <param name="Meaning">What it means.</param>
internal sealed partial record YamlValue(string Text, YamlMeaning Meaning)
{
    /// <summary>A number or flag: what YAML reads as one where it is not quoted.</summary>
    public static YamlValue Bare(string text) => new(text, YamlMeaning.Scalar(text, isPlain: true));

    /// <summary>A text, in quotes whatever it holds: <c>on</c> without them would be a flag.</summary>
    public static YamlValue Quoted(string text) => new(Quote(text), YamlMeaning.Scalar(text, isPlain: false));

    /// <summary>A list of words, in brackets.</summary>
    public static YamlValue List(params string[] words)
    {
        var values = words.Select(Word).ToList();
        return new($"[{string.Join(", ", values.Select(value => value.Text))}]", YamlMeaning.List(values.Select(value => value.Meaning)));
    }

    /// <summary>A name, without quotes where it can stand so.</summary>
    public static YamlValue Word(string text) => Plain().IsMatch(text) && !Flags().IsMatch(text) ? Bare(text) : Quoted(text);

    // Single quotes know no escape but their own doubling, so that a command keeps its double ones; what is not printable needs the double.
    private static string Quote(string text) => text.All(letter => letter is >= ' ' and < '\x7f' or >= '\xa1' and < '\u2000')
        ? text.Contains('"', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal) ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{text}\""
        : $"\"{string.Concat(text.Select(Escaped))}\"";

    private static string Escaped(char letter) => letter switch
    {
        '"' or '\\' => $"\\{letter}",
        >= ' ' and < '\x7f' => $"{letter}",
        _ => $"\\u{(int)letter:X4}",
    };

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_./-]*\\z")]
    private static partial Regex Plain();

    // YAML 1.1, as PyYAML reads it.
    [GeneratedRegex("^(y|n|yes|no|on|off|true|false|null)\\z", RegexOptions.IgnoreCase)]
    private static partial Regex Flags();
}
