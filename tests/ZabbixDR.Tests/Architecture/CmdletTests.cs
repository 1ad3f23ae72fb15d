using System.Management.Automation;
using System.Xml.Linq;
using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Architecture;

public sealed class CmdletTests
{
    private const int LongestFile = 120;
    private readonly CmdletRules _rules = new(Staged.Cmdlets);

    [Fact]
    public void Every_cmdlet_is_exported_and_nothing_else()
    {
        using var session = ModuleSession.Open();

        Assert.Equal(
            _rules.Cmdlets.Select(CmdletRules.NameOf).Order(StringComparer.Ordinal),
            session.Run("Get-Command -Module ZabbixDR").Require().As<CommandInfo>().Select(command => command.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_manifest_lists_the_cmdlets_in_order()
    {
        var listed = File.ReadLines(ModuleSession.Manifest)
            .SkipWhile(line => !line.Contains("CmdletsToExport", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.Contains(')', StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('\''))
            .ToList();

        Assert.NotEmpty(listed);
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void Every_cmdlet_is_built_on_AsyncCmdlet() => Assert.Empty(_rules.NotOnTheBase("ZabbixDR.Pipeline.AsyncCmdlet"));

    [Fact]
    public void Every_cmdlet_that_writes_says_what() => Assert.Empty(_rules.WritersThatDoNotSayWhat());

    [Fact]
    public void Get_and_Test_change_nothing() => Assert.Empty(_rules.ObserversThatChange());

    [Fact]
    public void What_changes_asks_and_what_asks_can_be_asked() => Assert.Empty(_rules.ChangersThatDoNotAsk());

    [Fact]
    public void No_dependencys_type_stands_on_a_parameter_or_output() => Assert.Empty(_rules.ForeignTypesShown(MayBeShown));

    [Fact]
    public void Every_duration_is_read_in_one_way_and_a_limit_is_one() => Assert.Empty(_rules.DurationsThatTakeAnything());

    [Fact]
    public void Every_output_of_the_model_has_a_view()
    {
        var shown = XDocument.Load(Path.Combine(Path.GetDirectoryName(ModuleSession.Manifest)!, "ZabbixDR.Format.ps1xml"))
            .Descendants("ViewSelectedBy").Descendants("TypeName").Select(name => name.Value).ToList();

        Assert.All(
            _rules.Cmdlets.SelectMany(CmdletRules.Outputs).Where(type => type.Namespace == "ZabbixDR"),
            type => Assert.Contains(type.FullName, shown));
    }

    [Fact]
    public void Every_file_of_a_cmdlet_is_short_and_named_as_its_class()
    {
        var files = Directory.GetFiles(Path.Combine(ModuleSession.RepositoryRoot, "src", "ZabbixDR", "Commands"), "*Command.cs", SearchOption.AllDirectories);

        Assert.Equal(_rules.Cmdlets.Select(cmdlet => cmdlet.Name).Order(StringComparer.Ordinal), files.Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.True(File.ReadLines(file).Count() <= LongestFile, $"{file} is longer than {LongestFile} lines: what does not fit belongs in the engine."));
    }

    internal static bool MayBeShown(string assembly) => Staged.IsFramework(assembly) || assembly is "System.Management.Automation" or "ZabbixDR.Model";
}
