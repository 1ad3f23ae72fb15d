using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ZabbixDR.Engine.Topology;

/// <summary>A mapping of the topology file, whose keys are asked for by name; those that nobody asked for are errors in the end.</summary>
internal sealed class YamlSection
{
    private const int ShownNames = 12;
    private static readonly string[] s_truths = ["true", "false"];
    private readonly string _path;
    private readonly string _pattern;
    private readonly YamlMappingNode _node;
    private readonly TopologyFindings _findings;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public YamlSection(YamlMappingNode root, TopologyFindings findings)
        : this("", "", root, findings)
    {
    }

    /// <param name="path">The keys that lead here.</param>
    /// <param name="pattern">The same, with <c>*</c> for each name of the user's own.</param>
    /// <param name="node">The mapping.</param>
    /// <param name="findings">Where what is wrong goes.</param>
    private YamlSection(string path, string pattern, YamlMappingNode node, TopologyFindings findings)
    {
        _path = path;
        _pattern = pattern;
        _node = node;
        _findings = findings;
    }

    public Mark Start => _node.Start;

    /// <summary>The keys that lead here.</summary>
    public string Path => _path;

    /// <summary>The keys and their sections, for a mapping whose keys are names. A value that is no mapping is an error.</summary>
    public IReadOnlyList<(string Name, YamlSection Section)> Named()
    {
        var named = new List<(string, YamlSection)>();
        _findings.Asked.Add(Join(_pattern, "*"));
        foreach (var (key, value) in _node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            _asked.Add(name);
            if (value is YamlMappingNode mapping)
            {
                named.Add((name, new YamlSection(Join(name), Join(_pattern, "*"), mapping, _findings)));
            }
            else
            {
                _findings.Error(value.Start, $"{Join(name)} must be a mapping: {name}: {{ … }}.");
            }
        }

        return named;
    }

    public YamlSection? Section(string key) => Child(key) switch
    {
        null => null,
        YamlMappingNode mapping => new YamlSection(Join(key), Join(_pattern, key), mapping, _findings),
        { } other => Wrong<YamlSection>(other, key, "a mapping"),
    };

    public YamlSection? RequiredSection(string key) => Required(key) ? Section(key) : null;

    public string? Text(string key) => Child(key) switch
    {
        null => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } empty => Wrong<string>(empty, key, "a text, and it is empty"),
        YamlScalarNode { Value.Length: > 0 } scalar when !scalar.Value.Any(char.IsControl) => scalar.Value,
        { } other => Wrong<string>(other, key, "a text on one line"),
    };

    public string? RequiredText(string key) => Required(key) ? Text(key) : null;

    public int? Integer(string key, int least, int most)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : Wrong<int?>(Child(key)!, key, least == most ? $"{least}" : $"a whole number from {least} to {most}");
    }

    public int? RequiredInteger(string key, int least, int most) => Required(key) ? Integer(key, least, most) : null;

    public T? Choice<T>(string key)
        where T : struct, Enum => Text(key) is { } text ? ParseChoice<T>(Child(key)!, key, text) : null;

    public IReadOnlyList<T> RequiredChoices<T>(string key)
        where T : struct, Enum
    {
        switch (Child(key))
        {
            case null:
                Required(key);
                return [];
            case YamlSequenceNode sequence:
                return [.. sequence.Children.Select(child => ParseChoice<T>(child, key, (child as YamlScalarNode)?.Value ?? "")).OfType<T>()];
            case { } other:
                Wrong<string>(other, key, $"a list: [{Choices<T>()}]");
                return [];
        }
    }

    /// <summary>A list of texts; null where there is none.</summary>
    public IReadOnlyList<string>? Texts(string key) => Child(key) switch
    {
        null => null,
        YamlSequenceNode sequence when sequence.Children.All(child => child is YamlScalarNode { Value.Length: > 0 }) => [.. sequence.Children.Select(child => ((YamlScalarNode)child).Value!)],
        var other => Wrong<IReadOnlyList<string>>(other, key, "a list of texts: [one, two]"),
    };

    public TimeSpan? Duration(string key) =>
        Text(key) is not { } text ? null : DurationText.Parse(text) ?? Wrong<TimeSpan?>(Child(key)!, key, "a duration: 30s, 15m, 4h, 1d, or a number of seconds");

    /// <summary>A path on a node, which has no folder of ours to be relative to.</summary>
    public string? NodePath(string key) =>
        Text(key) is not { } text || text.StartsWith('/') ? Text(key) : Wrong<string>(Child(key)!, key, "an absolute path on the node");

    public string? RequiredNodePath(string key) => Required(key) ? NodePath(key) : null;

    /// <summary>One of the words that another program knows.</summary>
    public string? Word(string key, IReadOnlyList<string> words) =>
        Text(key) is not { } text || words.Contains(text) ? Text(key) : Wrong<string>(Child(key)!, key, $"one of {string.Join(", ", words)}", Nearest.Hint(text, words));

    /// <summary>true or false.</summary>
    public bool? Flag(string key) => Word(key, s_truths) is { } word ? word == "true" : null;

    public void Error(string key, Func<string> message) => _findings.Error(Child(key)?.Start ?? Start, message);

    public void Error(string key, string message) => _findings.Error(Child(key)?.Start ?? Start, message);

    public void Warning(string key, string message) => _findings.Warning(Child(key)?.Start ?? Start, message);

    /// <summary>Says of keys that were read that no command of this version uses them yet.</summary>
    public void Unused(params string[] keys)
    {
        foreach (var key in keys)
        {
            if (Child(key) is { } child)
            {
                _findings.Warning(child.Start, $"{Join(key)} is not used by this version.");
            }
        }
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void RejectOthers()
    {
        foreach (var key in _node.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!_asked.Contains(name))
            {
                _findings.Error(key.Start, () => $"{Join(Shortened(name))} is not known.{Nearest.Hint(name, _asked)} Known here: {Listed(_asked.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    /// <summary>The names, and how many more there are where they are too many to read.</summary>
    public static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(ShownNames).Select(Shortened)) + (all.Count > ShownNames ? $" and {all.Count - ShownNames} more" : "");
    }

    private static string Choices<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(Dashed));

    /// <summary>A member of an enum as the file writes it: <c>zabbix-server</c> for ZabbixServer.</summary>
    public static string Dashed(string name) =>
        string.Concat(name.Select((letter, index) => char.IsUpper(letter) && index > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private T? ParseChoice<T>(YamlNode at, string key, string text)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Dashed(value.ToString()) == text)
            {
                return value;
            }
        }

        return Wrong<T?>(at, key, $"one of {Choices<T>()}", Nearest.Hint(text, Enum.GetNames<T>().Select(Dashed)));
    }

    private YamlNode? Child(string key)
    {
        _asked.Add(key);
        _findings.Asked.Add(Join(_pattern, key));
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
    }

    private bool Required(string key)
    {
        var there = Child(key) is not null;
        if (!there)
        {
            _findings.Error(Start, $"{Join(key)} is missing.");
        }

        return there;
    }

    private T? Wrong<T>(YamlNode at, string key, string wanted, string hint = "")
    {
        _findings.Error(at.Start, $"{Join(key)} must be {wanted}.{hint}");
        return default;
    }

    private static string Shortened(string name) => name.Length <= 64 ? name : name[..64] + "…";

    private string Join(string key) => Join(_path, key);

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
