namespace ZabbixDR.Engine.Yaml;

/// <summary>A path followed into a text as far as its keys stand there themselves, neither behind an alias nor merged from elsewhere.</summary>
/// <param name="Node">The mapping in which the last key that is there stands; of one that is missing, the mapping that it belongs into.</param>
/// <param name="Entry">The last key that is there; null where not even the first is.</param>
/// <param name="Missing">The keys that are not.</param>
/// <param name="Blocked">Why nothing can be changed there; null where it can.</param>
internal sealed record Walk(SourceNode Node, SourceEntry? Entry, string[] Missing, string? Blocked)
{
    public static Walk Along(SourceNode root, string[] path)
    {
        var (node, entry) = (root, default(SourceEntry));
        for (var depth = 0; depth < path.Length; depth++)
        {
            var into = entry?.Value ?? root;
            if (into.IsNull && entry is not null)
            {
                return new Walk(node, entry, path[depth..], null);
            }

            if (into.Kind != SourceKind.Mapping)
            {
                return new Walk(node, entry, path[depth..], Why(into, path[..depth]));
            }

            node = into;
            if (node.Entry(path[depth]) is not { } found)
            {
                return new Walk(node, null, path[depth..], null);
            }

            entry = found;
        }

        return new Walk(node, entry, [], null);
    }

    private static string Why(SourceNode node, string[] path) => node.Kind == SourceKind.Alias
        ? $"{Name(path)} is an alias of &{node.Value}, whose text others use too"
        : $"{Name(path)} is no mapping";

    private static string Name(string[] path) => path.Length == 0 ? "the whole" : string.Join('.', path);
}
