using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Topology;

/// <summary>Writes nested mappings with comments, in block style. What is null is left out.</summary>
/// <param name="folder">The folder that paths below it are written relative to.</param>
/// <param name="notes">Comments by key.</param>
internal sealed partial class YamlWriter(string folder, IReadOnlyDictionary<string, string> notes)
{
    private const int IndentWidth = 2;
    private readonly StringBuilder _text = new();
    private string _path = "";
    private int _depth;

    /// <summary>A line, or lines, for people.</summary>
    public void Comment(string comment)
    {
        foreach (var line in comment.Split('\n'))
        {
            Line($"# {string.Concat(line.Where(letter => !char.IsControl(letter)))}");
        }
    }

    /// <summary>A mapping; one in which nothing is written becomes <c>{}</c>.</summary>
    public void Section(string key, string? comment, Action content)
    {
        if (_depth == 0)
        {
            _text.Append('\n');
        }

        var outer = _path;
        _path = outer.Length == 0 ? key : $"{outer}.{key}";
        Explain(comment, _path);
        var start = _text.Length;
        Line($"{Quoted(key)}:");
        var end = _text.Length;
        _depth++;
        content();
        _depth--;
        _path = outer;
        if (_text.Length == end)
        {
            _text.Length = start;
            Line($"{Quoted(key)}: {{}}");
        }
    }

    public void Value(string key, string? value) => Entry(key, value is null ? null : Quoted(value));

    public void Value(string key, int? value) => Entry(key, value?.ToString(CultureInfo.InvariantCulture));

    public void Flag(string key, bool? value) => Entry(key, value is { } flag ? flag ? "true" : "false" : null);

    public void Seconds(string key, TimeSpan? value) => Value(key, (int?)value?.TotalSeconds);

    public void Duration(string key, TimeSpan? value) => Entry(key, value is { } duration ? DurationText.Of(duration) : null);

    /// <summary>A file of this machine.</summary>
    public void File(string key, string? path) => Value(key, path is null ? null : Relative(path));

    public void Secret(string key, SecretReference? secret) =>
        Value(key, secret is { Source: SecretSource.File } ? $"file:{Relative(secret.Name)}" : secret?.ToString());

    public void List(string key, IEnumerable<string> values) => Entry(key, $"[{string.Join(", ", values.Select(Quoted))}]");

    public override string ToString() => _text.ToString();

    private void Entry(string key, string? text)
    {
        if (text is not null)
        {
            Explain(null, _path.Length == 0 ? key : $"{_path}.{key}");
            Line($"{key}: {text}");
        }
    }

    private void Explain(string? comment, string path)
    {
        if (comment is not null)
        {
            Comment(comment);
        }

        if (notes.TryGetValue(path, out var note))
        {
            Comment(note);
        }
    }

    private void Line(string line) => _text.Append(' ', _depth * IndentWidth).Append(line).Append('\n');

    private string Relative(string path) =>
        folder.Length > 1 && path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path[(folder.Length + 1)..] : path;

    // Plain where no reader could take it for anything but this text; else in double quotes (YAML 1.2, 7.3.1).
    public static string Quoted(string text)
    {
        if (Plain().IsMatch(text) && !Typed().IsMatch(text))
        {
            return text;
        }

        var escaped = text.EnumerateRunes().Select(letter => letter.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            < ' ' or > '~' and <= char.MaxValue => string.Create(CultureInfo.InvariantCulture, $"\\u{letter.Value:x4}"),
            > char.MaxValue => string.Create(CultureInfo.InvariantCulture, $"\\U{letter.Value:x8}"),
            _ => letter.ToString(),
        });
        return $"\"{string.Concat(escaped)}\"";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9/_.][A-Za-z0-9/_.+@:-]*(?<!:)\z")]
    private static partial Regex Plain();

    // What YAML, of this or an older version, takes for a number, a date, a truth or nothing.
    [GeneratedRegex(@"\A([-+]?[0-9_]*\.?[0-9_]+([eE][-+]?[0-9]+)?|[0-9]+\.|0[xo][0-9a-f]+|[0-9]+(:[0-9]+)+|[0-9]{4}-[0-9]+-[0-9]+.*|true|false|yes|no|on|off|y|n|null)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Typed();
}
