using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Tests.Yaml;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("a: 1\n", "a: \"on\"\n")]
    [InlineData("a: 'it''s' # why\n", "a: \"on\" # why\n")]
    [InlineData("a: \"x\\n\"\r\nb: 2\r\n", "a: \"on\"\r\nb: 2\r\n")]
    [InlineData("a: |\n  one\n  two\nb: 2\n", "a: \"on\"\nb: 2\n")]
    [InlineData("a: >-\n  one\n\n  two\n\n# comment\nb: 2\n", "a: \"on\"\n\n# comment\nb: 2\n")]
    [InlineData("a: plain\n  on two lines\nb: 2\n", "a: \"on\"\nb: 2\n")]
    [InlineData("{b: 2, a: 1 }\n", "{b: 2, a: \"on\" }\n")]
    [InlineData("{a, b: 2}\n", "{a: \"on\", b: 2}\n")]
    [InlineData("a:\nb: 2\n", "a: \"on\"\nb: 2\n")]
    [InlineData("a:   # nothing yet\nb: 2\n", "a: \"on\"   # nothing yet\nb: 2\n")]
    [InlineData("\ufeffa: 1", "\ufeffa: \"on\"")]
    [InlineData("x: &one 1\na: *one\n", "x: &one 1\na: \"on\"\n")]
    [InlineData("# only\na: !!str on\n...\n", "# only\na: \"on\"\n...\n")]
    public void A_scalar_is_replaced_and_nothing_else(string text, string expected) => Assert.Equal(expected, Set(text, "a"));

    [Theory]
    [InlineData("b: 2\n", "b: 2\na: \"on\"\n")]
    [InlineData("b: 2", "b: 2\na: \"on\"")]
    [InlineData("b: 2 # two\r\n# end\r\n", "b: 2 # two\r\na: \"on\"\r\n# end\r\n")]
    [InlineData("b: |+\n  kept\n\n", "a: \"on\"\nb: |+\n  kept\n\n")]
    [InlineData("{}\n", "{a: \"on\"}\n")]
    [InlineData("{b: [1, 2]}\n", "{b: [1, 2], a: \"on\"}\n")]
    [InlineData("b:\n- 1\n- x: {y: z}\n...\n", "b:\n- 1\n- x: {y: z}\na: \"on\"\n...\n")]
    public void A_missing_key_is_put_at_the_end_of_its_mapping(string text, string expected) => Assert.Equal(expected, Set(text, "a"));

    [Theory]
    [InlineData("b: 2\n", "b: 2\na:\n  b:\n    c: \"on\"\n")]
    [InlineData("a:\n    x: 1\n\nb: 2\n", "a:\n    x: 1\n    b:\n      c: \"on\"\n\nb: 2\n")]
    [InlineData("a:\n  b: # later\nz: 1\n", "a:\n  b: # later\n    c: \"on\"\nz: 1\n")]
    [InlineData("a: {x: 1}\n", "a: {x: 1, b: {c: \"on\"}}\n")]
    [InlineData("a: {b: }\n", "a: {b: {c: \"on\"}}\n")]
    [InlineData("a: ~\n", "a: {b: {c: \"on\"}}\n")]
    [InlineData("a:\n  b: {c: off}\n", "a:\n  b: {c: \"on\"}\n")]
    [InlineData("a:", "a:\n  b:\n    c: \"on\"")]
    public void Missing_mappings_are_made_on_the_way(string text, string expected) => Assert.Equal(expected, Set(text, "a", "b", "c"));

    [Theory]
    [InlineData("a: 1\nb: 2\n", "b: 2\n")]
    [InlineData("b: 2\na: 1 # gone\n# stays\n", "b: 2\n# stays\n")]
    [InlineData("b: 2\r\na:\r\n  x: [1,\r\n    2]\r\n\r\nc: 3", "b: 2\r\n\r\nc: 3")]
    [InlineData("b: 2\na: |\n  x\n", "b: 2\n")]
    [InlineData("b: 2\na: 1", "b: 2\n")]
    [InlineData("a: 1\n", "{}\n")]
    [InlineData("{a: 1, b: 2}\n", "{b: 2}\n")]
    [InlineData("{b: 2, a: [1, {x: y}]}\n", "{b: 2}\n")]
    [InlineData("{b: 2, a: 1, c: 3}\n", "{b: 2, c: 3}\n")]
    [InlineData("{ a: 1 }\n", "{ }\n")]
    public void A_key_is_taken_out_and_nothing_else(string text, string expected) => Assert.Equal(expected, YamlText.Parse(text).Remove("a").ToString());

    [Theory]
    [InlineData("a:\n- x\n- y\n", 0, "a:\n- new\n- x\n- y\n")]
    [InlineData("a:\n  - x # first\nb: 1\n", 1, "a:\n  - x # first\n  - new\nb: 1\n")]
    [InlineData("a: [x, y]\n", 0, "a: [new, x, y]\n")]
    [InlineData("a: [ x ]\n", 1, "a: [ x, new ]\n")]
    [InlineData("a: []\n", 0, "a: [new]\n")]
    public void An_entry_is_put_into_a_list(string text, int index, string expected) =>
        Assert.Equal(expected, YamlText.Parse(text).InsertItem(index, YamlValue.Word("new"), "a").ToString());

    [Theory]
    [InlineData("a:\n- x\n- y # two\n- z\n", 1, "a:\n- x\n- z\n")]
    [InlineData("a:\n- x: 1\n  y: 2\n- z\n", 0, "a:\n- z\n")]
    [InlineData("a:\n- x\nb: 1\n", 0, "a:\n  []\nb: 1\n")]
    [InlineData("a: [x, y]\n", 1, "a: [x]\n")]
    [InlineData("a: [x]\n", 0, "a: []\n")]
    public void An_entry_is_taken_out_of_a_list(string text, int index, string expected) => Assert.Equal(expected, YamlText.Parse(text).RemoveItem(index, "a").ToString());

    [Theory]
    [InlineData("x: &one {b: 1}\na: *one\n", "alias")]
    [InlineData("x: 1\na: word\n", "no mapping")]
    [InlineData("a: &one\n  b: 1\nx: *one\n", "used elsewhere")]
    [InlineData("a:\n  b: &one 1\nx: *one\n", "used elsewhere")]
    public void What_would_change_another_place_too_is_refused(string text, string reason)
    {
        var error = Assert.Throws<DrException>(() => Set(text, "a", "b"));

        Assert.Equal("YamlEditRefused", error.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_another_place_refers_to_is_not_taken_out() =>
        Assert.Equal("YamlEditRefused", Assert.Throws<DrException>(() => YamlText.Parse("a: &one 1\nb: *one\n").Remove("a")).Id);

    [Fact]
    public void A_key_that_is_merged_in_from_elsewhere_is_read_and_hidden_by_a_new_one()
    {
        var text = YamlText.Parse("base: &base\n  archive_mode: off\nparameters:\n  <<: *base\n");

        Assert.Equal("off", text.Scalar("parameters", "archive_mode"));
        Assert.Equal(
            "base: &base\n  archive_mode: off\nparameters:\n  <<: *base\n  archive_mode: \"on\"\n",
            text.Set(YamlValue.Quoted("on"), "parameters", "archive_mode").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("a: 1\n---\nb: 2\n")]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("a: [1\n")]
    [InlineData("a: &x [*x]\n")]
    public void What_is_no_single_document_of_YAML_is_not_read(string text) => Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => YamlText.Parse(text));

    [Theory]
    [InlineData("on", "\"on\"")]
    [InlineData("pgbackrest --stanza=x archive-push \"%p\"", "'pgbackrest --stanza=x archive-push \"%p\"'")]
    [InlineData("it's \"so\"", "'it''s \"so\"'")]
    [InlineData("two\nlines", "\"two\\u000Alines\"")]
    public void A_text_is_written_in_quotes(string text, string expected) => Assert.Equal(expected, YamlValue.Quoted(text).Text);

    private static string Set(string text, params string[] path) => YamlText.Parse(text).Set(YamlValue.Quoted("on"), path).ToString();
}
