using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Tests.Yaml;

/// <summary>Whatever the text: an edit is refused, or the library's own loader finds that path changed afterwards and no other.</summary>
public sealed class YamlTextProperties
{
    private static readonly string[] Keys = ["a", "b", "c", "archive_mode"];
    private static readonly string[] Scalars = ["1", "off", "'it''s'", "\"a # b\"", "pgbackrest archive-push %p", "", "~", "&x word", "*x", "!!str on"];

    [Property(MaxTest = 1000)]
    public Property Setting_a_value_changes_that_path_alone() => Holds(
        from text in Texts from path in Paths from value in Gen.Elements("on", "it's", "pgbackrest \"%p\"", "a: b # c", "{") select (text, path, value),
        (text, path, value) => (text.Set(YamlValue.Quoted(value), path), Flat(text.ToString(), path).Concat([new(string.Join('/', path), $"q:{value}")])));

    [Property(MaxTest = 1000)]
    public Property Taking_a_key_out_changes_that_path_alone() => Holds(
        from text in Texts from path in Paths select (text, path, ""),
        (text, path, _) => (text.Remove(path), Flat(text.ToString(), path)));

    [Property(MaxTest = 300)]
    public bool What_is_quoted_is_read_back_as_it_was(NonNull<string> text)
    {
        var plain = string.Concat(text.Get.Where(letter => !char.IsSurrogate(letter)));
        return YamlText.Parse($"a: {YamlValue.Quoted(plain).Text}\n").Scalar("a") == plain;
    }

    private static Gen<string[]> Paths => Gen.Elements(Keys).ListOf().Where(keys => keys.Count is > 0 and < 4).Select(keys => keys.ToArray());

    private static Gen<string> Texts =>
        from body in Gen.Choose(0, 3).SelectMany(depth => Block(depth, 0))
        from mark in Gen.Elements("", "", "\ufeff")
        from line in Gen.Elements("\n", "\n", "\r\n")
        from end in Gen.Elements(true, true, false)
        select mark + (end ? body : body.TrimEnd('\n')).Replace("\n", line, StringComparison.Ordinal);

    private static Gen<string> Block(int depth, int indent) =>
        from entries in Entry(depth, indent).ListOf()
        select string.Concat(entries.DistinctBy(entry => entry.Key).Take(4).Select(entry => entry.Text)) is { Length: > 0 } text ? text : $"{new string(' ', indent)}z: 1\n";

    private static Gen<(string Key, string Text)> Entry(int depth, int indent)
    {
        var lead = new string(' ', indent);
        return
            from key in Gen.Elements(Keys)
            from comment in Gen.Elements("", "", $"{lead}# a comment: {{x}}\n", "\n")
            from trail in Gen.Elements("", " # why")
            from scalar in Gen.Elements(Scalars)
            from nested in depth == 0 ? Gen.Constant("") : Block(depth - 1, indent + 2)
            from shape in Gen.Choose(0, depth == 0 ? 5 : 8)
            select (key, comment + lead + shape switch
            {
                1 => $"{key}: {{x: {Inner(scalar)}, a: [1, two]}}{trail}\n",
                2 => $"{key}:{trail}\n{lead}- {scalar}\n{lead}- a: 1\n{lead}  b: {scalar}\n",
                3 => $"{key}: |{trail}\n{lead}   one\n{lead}   # two\n",
                4 => $"{key}: >+\n{lead}  one\n\n",
                5 => $"{key}: {{}}\n",
                > 5 => $"{key}:{trail}\n{nested}",
                _ => $"{key}: {scalar}{trail}\n",
            });
    }

    private static string Inner(string scalar) => scalar.Length == 0 ? "1" : scalar;

    private static Property Holds(
        Gen<(string Text, string[] Path, string Value)> cases, Func<YamlText, string[], string, (YamlText Edited, IEnumerable<KeyValuePair<string, string>> Expected)> edit) =>
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            try
            {
                var text = YamlText.Parse(one.Text);
                var (edited, expected) = edit(text, one.Path, one.Value);
                return (one.Value.Length == 0 || Comments(one.Text) == Comments(edited.ToString()))
                    && Flat(edited.ToString(), []).Where(IsLeaf).Order(ByText).SequenceEqual(expected.Where(IsLeaf).Order(ByText));
            }
            catch (YamlException)
            {
                // An alias before its anchor, or a key twice: no text to edit.
                return true;
            }
            catch (DrException refused)
            {
                return refused.Id == "YamlEditRefused";
            }
        });

    private static Comparer<KeyValuePair<string, string>> ByText => Comparer<KeyValuePair<string, string>>.Create((one, other) => string.CompareOrdinal($"{one.Key}={one.Value}", $"{other.Key}={other.Value}"));

    // Mappings that are made, or left empty, on the way are no change of a value.
    private static bool IsLeaf(KeyValuePair<string, string> pair) => pair.Value is not ("{}" or "p:");

    // Those that the texts here have between their entries.
    private static int Comments(string text) => text.Split("# a comment").Length;

    // The library's own loader, which knows nothing of ours; the path and what lies under it are left out.
    private static IEnumerable<KeyValuePair<string, string>> Flat(string text, string[] without)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text.TrimStart('\ufeff')));
        var left = string.Join('/', without);
        return Flat(stream.Documents[0].RootNode, "").Where(pair => left.Length == 0 || pair.Key != left && !pair.Key.StartsWith(left + "/", StringComparison.Ordinal) && !left.StartsWith(pair.Key + "/", StringComparison.Ordinal));
    }

    private static IEnumerable<KeyValuePair<string, string>> Flat(YamlNode node, string path) => node switch
    {
        YamlMappingNode { Children.Count: 0 } => [new(path, "{}")],
        YamlMappingNode mapping => mapping.Children.SelectMany(child => Flat(child.Value, path.Length == 0 ? $"{child.Key}" : $"{path}/{child.Key}")),
        YamlSequenceNode list => list.Children.SelectMany((child, index) => Flat(child, $"{path}/{index}")),
        YamlScalarNode scalar => [new(path, $"{(scalar.Style == ScalarStyle.Plain ? "p" : "q")}:{scalar.Value}")],
        _ => [],
    };
}
