using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ZabbixDR.Engine.Topology;

/// <summary>A mapping of the topology file, whose keys are asked for by name; those that nobody asked for are errors in the end.</summary>
internal sealed class YamlSection
{
    private readonly string _path;
    private readonly YamlMappingNode _node;
    private readonly TopologyFindings _findings;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public YamlSection(string path, YamlMappingNode node, TopologyFindings findings)
    {
        _path = path;
        _node = node;
        _findings = findings;
    }

    public Mark Start => _node.Start;

    /// <summary>The keys and their sections, for a mapping whose keys are names. A value that is no mapping is an error.</summary>
    public IReadOnlyList<(string Name, YamlSection Section)> Named()
    {
        var named = new List<(string, YamlSection)>();
        foreach (var (key, value) in _node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            _asked.Add(name);
            if (value is YamlMappingNode mapping)
            {
                named.Add((name, new YamlSection(Join(name), mapping, _findings)));
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
        YamlMappingNode mapping => new YamlSection(Join(key), mapping, _findings),
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

    public void Error(string key, string message) => _findings.Error(Child(key)?.Start ?? Start, message);

    public void Warning(string key, string message) => _findings.Warning(Child(key)?.Start ?? Start, message);

    /// <summary>Accepts a key that this version does not use yet, with a warning that says so.</summary>
    public void Unused(string key)
    {
        if (Child(key) is { } child)
        {
            _findings.Warning(child.Start, $"{Join(key)} is not used by this version.");
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
                _findings.Error(key.Start, $"{Join(name)} is not known. Known here: {string.Join(", ", _asked.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private static string Choices<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(Dashed));

    private static string Dashed(string name) =>
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

        return Wrong<T?>(at, key, $"one of {Choices<T>()}");
    }

    private YamlNode? Child(string key)
    {
        _asked.Add(key);
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

    private T? Wrong<T>(YamlNode at, string key, string wanted)
    {
        _findings.Error(at.Start, $"{Join(key)} must be {wanted}.");
        return default;
    }

    private string Join(string key) => _path.Length == 0 ? key : $"{_path}.{key}";
}
