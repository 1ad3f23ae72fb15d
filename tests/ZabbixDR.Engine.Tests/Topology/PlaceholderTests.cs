using System.Text.RegularExpressions;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

/// <summary>Every value that the source document leaves open has its key.</summary>
public sealed partial class PlaceholderTests
{
    private static readonly string[] Recorded =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Topology", "placeholders.txt")).Where(line => !line.StartsWith('#'))];

    [Fact]
    public void Every_name_of_the_document_has_a_key_and_no_other_name_has() =>
        Assert.Equal(Recorded, Placeholders.Keys.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_key_is_one_that_the_reader_reads() => Assert.All(Placeholders.Keys, pair => Assert.Contains(pair.Value, TopologySamples.Keys));

    [SourceDocumentFact]
    public void The_recorded_names_are_those_of_the_document() =>
        Assert.Equal(
            Name().Matches(File.ReadAllText(SourceDocument.File!)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal),
            Recorded);

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Name();
}
