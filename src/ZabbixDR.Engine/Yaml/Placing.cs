namespace ZabbixDR.Engine.Yaml;

/// <summary>Finds the splice that changes a key of a mapping, in the style that the mapping is written in. What cannot be done so is null.</summary>
internal static class Placing
{
    /// <summary>Puts a value in the place of a scalar, an alias or nothing.</summary>
    public static YamlSplice? Replace(string text, SourceEntry entry, string value)
    {
        var old = entry.Value;
        if (old.Kind is SourceKind.Mapping or SourceKind.Sequence)
        {
            return null;
        }

        if (old.Start == old.End)
        {
            var isKeyAlone = !text.AsSpan(entry.Key.End, Math.Max(old.Start - entry.Key.End, 0)).Contains(':');
            return YamlSplice.Insert(entry.End, isKeyAlone ? $": {value}" : text[entry.End - 1] == ' ' ? value : $" {value}");
        }

        return new YamlSplice(old.Start, Layout.TrimmedEnd(text, old.Start, old.End), value);
    }

    /// <summary>Makes the keys that a walk did not find, the value at the last.</summary>
    public static YamlSplice? Add(string text, Walk walk, string value)
    {
        var mapping = walk.Node;
        if (walk.Entry is { } empty)
        {
            return mapping.IsFlow || empty.Value.Start != empty.Value.End
                ? Replace(text, empty, $"{{{Flow(walk.Missing, value)}}}")
                : YamlSplice.Insert(Layout.LineEnd(text, empty.End), Layout.NewLine(text) + Block(text, walk.Missing, value, Layout.Column(text, empty.Start) + Layout.Step));
        }

        if (mapping.IsFlow)
        {
            var flow = Flow(walk.Missing, value);
            return mapping.Entries is [.., var last] ? YamlSplice.Insert(last.End, ", " + flow) : YamlSplice.Insert(mapping.End - 1, flow);
        }

        return mapping.Entries.Count == 0 ? null : AddLine(text, mapping, walk.Missing, value);
    }

    /// <summary>Takes an entry out of its mapping; the last one leaves an empty mapping.</summary>
    public static YamlSplice? Remove(string text, SourceNode mapping, SourceEntry entry)
    {
        var index = mapping.Entries.IndexOf(entry);
        if (mapping.IsFlow)
        {
            return FlowParts.Remove(text, mapping, [.. mapping.Entries.Select(one => (one.Start, one.End))], index);
        }

        if (mapping.Entries.Count == 1)
        {
            return new YamlSplice(entry.Start, Layout.TrimmedEnd(text, entry.Start, entry.End), "{}");
        }

        if (Layout.IsFirstOnLine(text, entry.Start))
        {
            return Layout.Lines(text, entry.Start, entry.End);
        }

        // "- a: 1": the next key takes the place behind the dash.
        return index == 0 && !Layout.HasComment(text, Layout.TrimmedEnd(text, entry.Start, entry.End), mapping.Entries[1].Start)
            ? new YamlSplice(entry.Start, mapping.Entries[1].Start, "")
            : null;
    }

    private static YamlSplice AddLine(string text, SourceNode mapping, string[] keys, string value)
    {
        var indent = Layout.Column(text, mapping.Entries[0].Start);
        var last = mapping.Entries[^1];
        var lines = Block(text, keys, value, indent);
        return last.Value.EndsInBlockScalar
            ? YamlSplice.Insert(last.Start, $"{lines.TrimStart(' ')}{Layout.NewLine(text)}{new string(' ', indent)}")
            : YamlSplice.Insert(Layout.LineEnd(text, last.End), Layout.NewLine(text) + lines);
    }

    private static string Block(string text, string[] keys, string value, int indent) => string.Join(
        Layout.NewLine(text),
        keys.Select((key, depth) => $"{new string(' ', indent + (depth * Layout.Step))}{YamlValue.Word(key).Text}:{(depth == keys.Length - 1 ? $" {value}" : "")}"));

    private static string Flow(string[] keys, string value) =>
        keys.Length == 1 ? $"{YamlValue.Word(keys[0]).Text}: {value}" : $"{YamlValue.Word(keys[0]).Text}: {{{Flow(keys[1..], value)}}}";
}
