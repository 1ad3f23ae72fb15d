using System.Management.Automation;
using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Help;

public sealed class HelpTests
{
    public static TheoryData<string> Cmdlets
    {
        get
        {
            using var session = ModuleSession.Open();
            return new TheoryData<string>(session.Run("Get-Command -Module ZabbixDR").As<CommandInfo>().Select(command => command.Name));
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Get_Help_gives_all_of_it(string name)
    {
        using var session = ModuleSession.Open();

        var help = session.Run("Get-Help $args[0] -Full", name).Require().Output.Single();

        Assert.Matches("[.]$", $"{help.Properties["Synopsis"].Value}".Trim());
        Assert.NotEmpty(session.Run("(Get-Help $args[0]).description.Text", name).Require().As<string>());
        Assert.NotEmpty(session.Run("(Get-Help $args[0]).examples.example.code", name).Require().As<string>());
        Assert.Empty(session.Run(
            """
            param($name)
            $common = [Management.Automation.Cmdlet]::CommonParameters
            (Get-Command $name).Parameters.Keys | Where-Object { $_ -notin $common -and -not (Get-Help $name -Parameter $_).description.Text }
            """,
            name).Require().Output);
    }

    [Fact]
    public void The_committed_pages_are_those_that_the_code_gives()
    {
        var generated = Pages(Path.Combine(ModuleSession.RepositoryRoot, "out", "help", "cmdlets"));
        var committed = Pages(Path.Combine(ModuleSession.RepositoryRoot, "docs", "cmdlets"));

        Assert.NotEmpty(generated);
        Assert.Equal(generated.Keys, committed.Keys);
        Assert.All(generated, page => Assert.True(committed[page.Key] == page.Value, $"docs/cmdlets/{page.Key} is stale: dotnet build src/ZabbixDR -t:Stage writes it; commit it."));
    }

    private static SortedDictionary<string, string> Pages(string folder) =>
        new(Directory.EnumerateFiles(folder, "*.md").ToDictionary(file => Path.GetFileName(file), File.ReadAllText), StringComparer.Ordinal);
}
