using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ZabbixDR.Engine.Yaml;

/// <summary>
/// Reads a YAML text of one document into nodes that know where they stand. From the library's events, since its own nodes have no end where they are collections.
/// </summary>
internal sealed class SourceReader
{
    private readonly Parser _parser;
    private readonly Dictionary<string, SourceNode> _anchors = new(StringComparer.Ordinal);

    private SourceReader(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>Reads the text, which must have passed <see cref="YamlShape.Require"/>, so that it is not too deep to recurse into.</summary>
    /// <exception cref="YamlException">It has no document or several, a key twice, or an alias of what is not there or holds it.</exception>
    public static SourceNode Read(string text)
    {
        YamlShape.Require(text);
        var reader = new SourceReader(text);
        reader._parser.Consume<StreamStart>();
        if (reader._parser.Accept<StreamEnd>(out _))
        {
            throw Refusal(reader._parser.Current!, "there is nothing in it.");
        }

        reader._parser.Consume<DocumentStart>();
        var root = reader.Node();
        reader._parser.Consume<DocumentEnd>();
        return reader._parser.Accept<StreamEnd>(out var end) ? root : throw Refusal(end ?? reader._parser.Current!, "a second document begins here.");
    }

    private SourceNode Node() => _parser.Consume<ParsingEvent>() switch
    {
        Scalar scalar => Known(scalar, new SourceNode
        {
            Kind = SourceKind.Scalar,
            Start = At(scalar.Start),
            End = At(scalar.End),
            Style = scalar.Style,
            Value = scalar.Value,
            Tag = TagOf(scalar),
        }),
        AnchorAlias alias => new SourceNode
        {
            Kind = SourceKind.Alias,
            Start = At(alias.Start),
            End = At(alias.End),
            Value = alias.Value.Value,
            Target = _anchors.GetValueOrDefault(alias.Value.Value) ?? throw Refusal(alias, $"no anchor {alias.Value.Value} ends before it."),
        },
        MappingStart start => Known(start, Mapping(start)),
        SequenceStart start => Known(start, Sequence(start)),
        var other => throw Refusal(other, "a value should stand here."),
    };

    private SourceNode Mapping(MappingStart start)
    {
        var node = new SourceNode { Kind = SourceKind.Mapping, Start = At(start.Start), IsFlow = start.Style == MappingStyle.Flow, Tag = TagOf(start) };
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var key = Node();
            if (node.Entry(key.Value) is not null)
            {
                throw Refusal(_parser.Current!, $"the key {key.Value} stands here twice.");
            }

            node.Entries.Add(new SourceEntry(key, Node()));
        }

        var end = _parser.Consume<MappingEnd>();
        node.End = node.IsFlow || node.Entries.Count == 0 ? Behind(end) : node.Entries[^1].End;
        return node;
    }

    private SourceNode Sequence(SequenceStart start)
    {
        var node = new SourceNode { Kind = SourceKind.Sequence, Start = At(start.Start), IsFlow = start.Style == SequenceStyle.Flow, Tag = TagOf(start) };
        while (!_parser.Accept<SequenceEnd>(out _))
        {
            node.Items.Add(Node());
        }

        var end = _parser.Consume<SequenceEnd>();
        node.End = node.IsFlow || node.Items.Count == 0 ? Behind(end) : node.Items[^1].End;
        return node;
    }

    private SourceNode Known(NodeEvent from, SourceNode node)
    {
        if (!from.Anchor.IsEmpty)
        {
            _anchors[from.Anchor.Value] = node;
        }

        return node;
    }

    // The library gives a bracket's start as its end, too.
    private static int Behind(ParsingEvent bracket) => At(bracket.Start) + 1;

    private static string TagOf(NodeEvent node) => node.Tag.IsEmpty ? "" : node.Tag.Value;

    private static int At(Mark mark) => (int)mark.Index;

    private static YamlException Refusal(ParsingEvent at, string message) => new(at.Start, at.End, message);
}
