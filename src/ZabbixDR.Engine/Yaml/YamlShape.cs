using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace ZabbixDR.Engine.Yaml;

/// <summary>
/// Refuses text whose nodes the YAML library builds or hashes without end: a megabyte of brackets, or a key that holds itself by an
/// alias, would end the process by stack overflow. Only the library's parser, which does not recurse, sees such text.
/// </summary>
internal static class YamlShape
{
    private const int DepthLimit = 64;

    /// <summary>Loads the text once it is known to be harmless.</summary>
    /// <exception cref="YamlException">It cannot be read: the library throws more than its own exceptions, and this gives them as one.</exception>
    public static YamlStream Load(string text)
    {
        Require(text);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream;
        }
        catch (Exception error) when (error is not YamlException)
        {
            throw new YamlException(Mark.Empty, Mark.Empty, error.Message, error);
        }
    }

    /// <summary>Reads the text through.</summary>
    /// <exception cref="YamlException">It is not YAML, nests too deep, or has a key that is no scalar.</exception>
    public static void Require(string text)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<Collection>();
        while (Next(parser))
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart:
                    Place(open, parser.Current);
                    open.Push(new Collection { AtKey = parser.Current is MappingStart ? true : null });
                    if (open.Count > DepthLimit)
                    {
                        throw new YamlException(parser.Current.Start, parser.Current.End, $"more than {DepthLimit} levels lie within one another.");
                    }

                    break;
                case MappingEnd or SequenceEnd:
                    open.Pop();
                    break;
                case Scalar or AnchorAlias:
                    Place(open, parser.Current);
                    break;
            }
        }
    }

    // The library's scanner throws exceptions of every kind on what it did not foresee, an unclosed brace among others.
    private static bool Next(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception error) when (error is not YamlException)
        {
            var last = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(last, last, "what follows here cannot be read; look for a bracket, brace or quote that is not closed.", error);
        }
    }

    private static void Place(Stack<Collection> open, ParsingEvent node)
    {
        if (!open.TryPeek(out var parent) || parent.AtKey is not { } atKey)
        {
            return;
        }

        if (atKey && node is not Scalar)
        {
            throw new YamlException(node.Start, node.End, "a key must be a word.");
        }

        parent.AtKey = !atKey;
    }

    private sealed class Collection
    {
        /// <summary>Whether the next node is a key; null in a list.</summary>
        public bool? AtKey { get; set; }
    }
}
