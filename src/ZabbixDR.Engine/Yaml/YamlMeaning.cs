using System.Text;
using YamlDotNet.Core;

namespace ZabbixDR.Engine.Yaml;

/// <summary>
/// What a YAML text says, without how it is written: two texts that say the same are equal here. Aliases stand for what they mean, so that an edit of an
/// anchor shows at every place that it changes. The keys' order means nothing; whether a scalar is quoted does: <c>on</c> is a flag and <c>"on"</c> a word.
/// </summary>
internal abstract record YamlMeaning
{
    // Aliases within aliases grow without end; no file of a person's comes near this.
    private const int Most = 100_000;

    /// <summary>What a node means.</summary>
    /// <exception cref="YamlException">Its aliases stand for more than anybody means.</exception>
    public static YamlMeaning Of(SourceNode node)
    {
        var left = Most;
        return Of(node, ref left);
    }

    public static YamlMeaning Scalar(string value, bool isPlain, string tag = "") => new Word(value, isPlain, tag);

    public static YamlMeaning List(IEnumerable<YamlMeaning> items) => new Items([.. items], "");

    /// <summary>This, with a value at a path; mappings on the way are made.</summary>
    public YamlMeaning With(ReadOnlySpan<string> path, YamlMeaning value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        var (keys, tag) = this is Keys mapping ? (mapping.Entries, mapping.Tag) : ([], "");
        var inner = keys.GetValueOrDefault(path[0], new Keys([], ""));
        return new Keys(new SortedDictionary<string, YamlMeaning>(keys, StringComparer.Ordinal) { [path[0]] = inner.With(path[1..], value) }, tag);
    }

    /// <summary>This, without the key at a path.</summary>
    public YamlMeaning Without(ReadOnlySpan<string> path)
    {
        if (this is not Keys mapping || !mapping.Entries.TryGetValue(path[0], out var inner))
        {
            return this;
        }

        var keys = new SortedDictionary<string, YamlMeaning>(mapping.Entries, StringComparer.Ordinal);
        if (path.Length == 1)
        {
            keys.Remove(path[0]);
        }
        else
        {
            keys[path[0]] = inner.Without(path[1..]);
        }

        return new Keys(keys, mapping.Tag);
    }

    /// <summary>This, with the list at a path changed.</summary>
    public YamlMeaning WithItems(ReadOnlySpan<string> path, Func<IReadOnlyList<YamlMeaning>, IEnumerable<YamlMeaning>> change)
    {
        if (path.Length == 0)
        {
            return this is Items list ? new Items([.. change(list.Values)], list.Tag) : this;
        }

        return this is Keys mapping && mapping.Entries.TryGetValue(path[0], out var inner) ? With([path[0]], inner.WithItems(path[1..], change)) : this;
    }

    /// <inheritdoc/>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private protected abstract void Write(StringBuilder text);

    private static YamlMeaning Of(SourceNode node, ref int left)
    {
        if (--left < 0)
        {
            throw new YamlException(Mark.Empty, Mark.Empty, "its aliases stand for more than can be held.");
        }

        switch (node.Kind)
        {
            case SourceKind.Alias:
                return Of(node.Resolved, ref left);
            case SourceKind.Scalar:
                return new Word(node.Value, node.Style == ScalarStyle.Plain, node.Tag);
            case SourceKind.Sequence:
                var items = new List<YamlMeaning>();
                foreach (var item in node.Items)
                {
                    items.Add(Of(item, ref left));
                }

                return new Items(items, node.Tag);
            default:
                var keys = new SortedDictionary<string, YamlMeaning>(StringComparer.Ordinal);
                foreach (var entry in node.Entries)
                {
                    keys[entry.Key.Value] = Of(entry.Value, ref left);
                }

                return new Keys(keys, node.Tag);
        }
    }

    private sealed record Word(string Value, bool IsPlain, string Tag) : YamlMeaning
    {
        private protected override void Write(StringBuilder text) => text.Append(Tag).Append(IsPlain ? 'p' : 'q').Append(Value.Length).Append(':').Append(Value);
    }

    private sealed record Items(IReadOnlyList<YamlMeaning> Values, string Tag) : YamlMeaning
    {
        private protected override void Write(StringBuilder text)
        {
            text.Append(Tag).Append('[');
            foreach (var value in Values)
            {
                value.Write(text);
                text.Append(',');
            }

            text.Append(']');
        }
    }

    private sealed record Keys(SortedDictionary<string, YamlMeaning> Entries, string Tag) : YamlMeaning
    {
        private protected override void Write(StringBuilder text)
        {
            text.Append(Tag).Append('{');
            foreach (var (key, value) in Entries)
            {
                text.Append(key.Length).Append(':').Append(key).Append('=');
                value.Write(text);
                text.Append(',');
            }

            text.Append('}');
        }
    }
}
