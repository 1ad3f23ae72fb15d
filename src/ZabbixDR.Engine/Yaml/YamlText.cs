using YamlDotNet.Core;

namespace ZabbixDR.Engine.Yaml;

/// <summary>
/// A YAML text that can be changed at one place without a byte of it changing elsewhere: comments, quotes, line ends, a byte-order mark and a missing last
/// line end stay. Every change is read again, and is refused unless exactly the path that it was meant for means something else afterwards.
/// </summary>
internal sealed class YamlText
{
    private const string ByteOrderMark = "\ufeff";
    private readonly string _mark;
    private readonly string _body;
    private readonly SourceNode _root;

    private YamlText(string mark, string body, SourceNode root)
    {
        _mark = mark;
        _body = body;
        _root = root;
        Meaning = YamlMeaning.Of(root);
    }

    /// <summary>What the whole says.</summary>
    public YamlMeaning Meaning { get; }

    /// <summary>Reads a text of one document.</summary>
    /// <exception cref="YamlException">It is none.</exception>
    public static YamlText Parse(string text)
    {
        var mark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? ByteOrderMark : "";
        var body = text[mark.Length..];
        return new YamlText(mark, body, SourceReader.Read(body));
    }

    /// <summary>What stands at a path, as a reader of the file has it; null where nothing does.</summary>
    public SourceNode? Find(params string[] path) => path.Aggregate((SourceNode?)_root.Resolved, (node, key) => node?.Child(key));

    /// <summary>The scalar at a path; null where there is none, or a collection.</summary>
    public string? Scalar(params string[] path) => Find(path) is { Kind: SourceKind.Scalar, IsNull: false } scalar ? scalar.Value : null;

    /// <summary>The words of a list at a path; null where there is no list of words.</summary>
    public IReadOnlyList<string>? Words(params string[] path) =>
        Find(path) is { Kind: SourceKind.Sequence } list && list.Items.TrueForAll(item => item.Resolved.Kind == SourceKind.Scalar) ? [.. list.Items.Select(item => item.Resolved.Value)] : null;

    /// <summary>Sets what stands at a path; the key and the mappings above it are made where they are missing.</summary>
    /// <exception cref="DrException"><c>YamlEditRefused</c>.</exception>
    public YamlText Set(YamlValue value, params string[] path) =>
        Apply("Setting", path, walk => walk.Missing.Length == 0 ? Placing.Replace(_body, walk.Entry!, value.Text) : Placing.Add(_body, walk, value.Text), Meaning.With(path, value.Meaning));

    /// <summary>Takes a key and all that it holds out.</summary>
    /// <exception cref="DrException"><c>YamlEditRefused</c>.</exception>
    public YamlText Remove(params string[] path) =>
        Apply("Taking out", path, walk => walk.Missing.Length == 0 ? Placing.Remove(_body, walk.Node, walk.Entry!) : null, Meaning.Without(path));

    /// <summary>Puts an entry into the list at a path.</summary>
    /// <exception cref="DrException"><c>YamlEditRefused</c>.</exception>
    public YamlText InsertItem(int index, YamlValue value, params string[] path) => Apply(
        "Adding to",
        path,
        walk => walk is { Missing.Length: 0, Entry.Value: { Kind: SourceKind.Sequence } list } ? ListPlacing.Insert(_body, list, index, value.Text) : null,
        Meaning.WithItems(path, items => [.. items.Take(index), value.Meaning, .. items.Skip(index)]));

    /// <summary>Takes an entry out of the list at a path.</summary>
    /// <exception cref="DrException"><c>YamlEditRefused</c>.</exception>
    public YamlText RemoveItem(int index, params string[] path) => Apply(
        "Taking from",
        path,
        walk => walk is { Missing.Length: 0, Entry.Value: { Kind: SourceKind.Sequence } list } && index < list.Items.Count ? ListPlacing.Remove(_body, list, index) : null,
        Meaning.WithItems(path, items => [.. items.Take(index), .. items.Skip(index + 1)]));

    /// <summary>The text.</summary>
    public override string ToString() => _mark + _body;

    private YamlText Apply(string tried, string[] path, Func<Walk, YamlSplice?> place, YamlMeaning expected)
    {
        tried = $"{tried} {string.Join('.', path)}";
        var walk = Walk.Along(_root, path);
        if (walk.Blocked is { } reason)
        {
            throw YamlEditRefused(tried, reason, null);
        }

        if (place(walk) is not { } splice)
        {
            throw YamlEditRefused(tried, "it is not written where it could be changed without changing something else", null);
        }

        return Reread(tried, splice.ApplyTo(_body), expected);
    }

    private YamlText Reread(string tried, string body, YamlMeaning expected)
    {
        try
        {
            var edited = new YamlText(_mark, body, SourceReader.Read(body));
            return edited.Meaning.ToString() == expected.ToString() ? edited : throw YamlEditRefused(tried, "more than that would change: an anchor is used elsewhere too, or the text is laid out in a way that this cannot edit", null);
        }
        catch (YamlException error)
        {
            throw YamlEditRefused(tried, "the text would be no YAML any more: what would be changed is used elsewhere, or laid out in a way that this cannot edit", error);
        }
    }

    private static DrException YamlEditRefused(string tried, string reason, Exception? cause) => DrException.Of(
        DrErrorKind.Precondition, null, tried, reason, "Edit the file by hand at that place, then run the command again.", cause);
}
