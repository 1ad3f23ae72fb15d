namespace ZabbixDR.Engine.Yaml;

/// <summary>The parts within brackets or braces, with commas between them.</summary>
internal static class FlowParts
{
    /// <summary>Takes a part out with its comma. A comment beside it would go too, or swallow what follows: that is null.</summary>
    public static YamlSplice? Remove(string text, SourceNode collection, IReadOnlyList<(int Start, int End)> parts, int index)
    {
        var (start, end) = (index, parts.Count) switch
        {
            (_, 1) => (parts[0].Start, collection.End - 1),
            var (at, count) when at < count - 1 => (parts[at].Start, parts[at + 1].Start),
            var (at, _) => (parts[at - 1].End, parts[at].End),
        };
        var isLast = index > 0 && index == parts.Count - 1;
        return Layout.HasComment(text, isLast ? start : parts[index].End, isLast ? parts[index].Start : end) ? null : new YamlSplice(start, end, "");
    }
}
