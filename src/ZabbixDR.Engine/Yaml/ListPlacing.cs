namespace ZabbixDR.Engine.Yaml;

/// <summary>Finds the splice that changes an entry of a list, in the style that the list is written in. What cannot be done so is null.</summary>
internal static class ListPlacing
{
    /// <summary>Puts an entry before the one of an index, or behind the last.</summary>
    public static YamlSplice? Insert(string text, SourceNode list, int index, string value)
    {
        if (list.IsFlow)
        {
            return index < list.Items.Count ? YamlSplice.Insert(list.Items[index].Start, value + ", ")
                : list.Items is [.., var last] ? YamlSplice.Insert(last.End, ", " + value)
                : YamlSplice.Insert(list.End - 1, value);
        }

        if (list.Items.Count == 0 || Dash(text, list.Items[Math.Min(index, list.Items.Count - 1)]) is not { } dash)
        {
            return null;
        }

        var indent = new string(' ', Layout.Column(text, dash));
        return index < list.Items.Count ? YamlSplice.Insert(dash, $"- {value}{Layout.NewLine(text)}{indent}")
            : list.EndsInBlockScalar ? null
            : YamlSplice.Insert(Layout.LineEnd(text, list.End), $"{Layout.NewLine(text)}{indent}- {value}");
    }

    /// <summary>Takes an entry out; the last one leaves an empty list.</summary>
    public static YamlSplice? Remove(string text, SourceNode list, int index)
    {
        var item = list.Items[index];
        if (list.IsFlow)
        {
            return FlowParts.Remove(text, list, [.. list.Items.Select(one => (one.Start, one.End))], index);
        }

        if (Dash(text, item) is not { } dash)
        {
            return null;
        }

        // A list may stand at its key's own column, where brackets may not.
        return list.Items.Count == 1 ? new YamlSplice(dash, Layout.TrimmedEnd(text, dash, item.End), "  []")
            : Layout.IsFirstOnLine(text, dash) ? Layout.Lines(text, dash, item.End)
            : null;
    }

    private static int? Dash(string text, SourceNode item)
    {
        var at = text.AsSpan(0, item.Start).TrimEnd(" \t\r\n").Length - 1;
        return at >= 0 && text[at] == '-' ? at : null;
    }
}
