using YamlDotNet.Core;

namespace ZabbixDR.Engine.Yaml;

/// <summary>What a part of a YAML text is.</summary>
internal enum SourceKind
{
    /// <summary>A value without parts; nothing at all is one too.</summary>
    Scalar,

    /// <summary>Keys and their values.</summary>
    Mapping,

    /// <summary>A list.</summary>
    Sequence,

    /// <summary>What another place of the text is, by its anchor.</summary>
    Alias,
}

/// <summary>A node of a YAML text, and where it stands there.</summary>
internal sealed class SourceNode
{
    public required SourceKind Kind { get; init; }

    /// <summary>Where it begins, its anchor and tag included.</summary>
    public required int Start { get; init; }

    /// <summary>Where it ends: of a collection without brackets, where its last part does. A block scalar's lies behind its line break.</summary>
    public int End { get; set; }

    /// <summary>True within brackets or braces.</summary>
    public bool IsFlow { get; init; }

    public ScalarStyle Style { get; init; }

    /// <summary>Its explicit tag; empty where it has none.</summary>
    public string Tag { get; init; } = "";

    /// <summary>A scalar's value; an alias's anchor.</summary>
    public string Value { get; init; } = "";

    /// <summary>A mapping's entries.</summary>
    public List<SourceEntry> Entries { get; } = [];

    /// <summary>A list's.</summary>
    public List<SourceNode> Items { get; } = [];

    /// <summary>What an alias stands for.</summary>
    public SourceNode? Target { get; init; }

    /// <summary>The node itself, or what it is an alias of.</summary>
    public SourceNode Resolved => Target?.Resolved ?? this;

    /// <summary>True for a key without a value, which may become anything.</summary>
    public bool IsNull => Kind == SourceKind.Scalar && Style == ScalarStyle.Plain && Tag.Length == 0 && Value is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>True where its last part is a block scalar, behind which no line can be put: the lines there may be its own.</summary>
    public bool EndsInBlockScalar => Kind switch
    {
        SourceKind.Scalar => Style is ScalarStyle.Literal or ScalarStyle.Folded,
        SourceKind.Mapping when !IsFlow => Entries.Count > 0 && Entries[^1].Value.EndsInBlockScalar,
        SourceKind.Sequence when !IsFlow => Items.Count > 0 && Items[^1].EndsInBlockScalar,
        _ => false,
    };

    /// <summary>The entry of a key that stands in this very mapping.</summary>
    public SourceEntry? Entry(string key) => Entries.Find(entry => entry.Key.Value == key);

    /// <summary>A key's value as a reader of the file has it, with aliases and merged mappings (<c>&lt;&lt;</c>) followed.</summary>
    public SourceNode? Child(string key)
    {
        var own = Resolved;
        return own.Entry(key)?.Value.Resolved
            ?? own.Entry("<<")?.Value.Resolved switch
            {
                { Kind: SourceKind.Mapping } merged => merged.Child(key),
                { Kind: SourceKind.Sequence } several => several.Items.Select(one => one.Child(key)).FirstOrDefault(found => found is not null),
                _ => null,
            };
    }
}
