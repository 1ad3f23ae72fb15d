using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

public sealed class TopologyReaderProperties
{
    private static readonly string Whole = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Topology", "whole.yaml"));
    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ":", ": ", ",", "- ", "? ", "\n", "  ", "\t", "&a ", "*a", "!!int ", "!x ", "|\n", ">-\n", "'", "\"", "#", "%", "~", "<<", "---\n", "...\n", "\\0", "\u0000", "\u2028", "\ud800", "name", "nodes", "1"];

    [Property(MaxTest = 2000)]
    public bool No_text_makes_the_reader_throw(string? text) => AnswersWithATopologyOrErrors(text ?? "");

    [Property(MaxTest = 2000)]
    public Property No_mixture_of_marks_makes_the_reader_throw() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), AnswersWithATopologyOrErrors);

    [Property(MaxTest = 2000)]
    public Property No_damage_to_a_good_file_makes_the_reader_throw()
    {
        var damage =
            from position in Gen.Choose(0, Whole.Length)
            from removed in Gen.Choose(0, 20)
            from piece in Gen.Elements(Pieces)
            select Whole[..position] + piece + Whole[Math.Min(Whole.Length, position + removed)..];
        return Prop.ForAll(damage.ToArbitrary(), AnswersWithATopologyOrErrors);
    }

    private static bool AnswersWithATopologyOrErrors(string text)
    {
        var read = TopologyReader.Parse("/etc/zdr/zabbixdr.yaml", text);
        return (read.Topology is null) == read.Diagnostics.Any(finding => finding.Severity == DiagnosticSeverity.Error);
    }
}
