using System.Management.Automation;
using System.Runtime.Loader;
using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Loading;

/// <summary>This process has other versions of the engine's dependencies in its default load context, as another module could have brought.</summary>
public sealed class ClashTests
{
    [Fact]
    public void The_module_works_beside_another_YamlDotNet()
    {
        Assert.Equal(13, VersionHere(typeof(YamlDotNet.Core.Mark)).Major);
        using var topology = new TopologyFile("clash");
        using var session = TestCmdlets.Open();

        Assert.Equal("clash", session.Run("param($path) (Connect-DrDeployment $path).Name", topology.Path).Require().As<string>().Single());

        Assert.Matches("^18[.].* in ZabbixDR$", session.Run("Get-TestContext YamlDotNet").Require().As<string>().Single());
    }

    [Fact]
    public void The_module_works_beside_another_Protobuf()
    {
        Assert.Equal(new Version(3, 25, 1, 0), VersionHere(typeof(Google.Protobuf.ByteString)));
        using var session = TestCmdlets.Open();

        Assert.Matches("^3[.]36[.].* in ZabbixDR$", session.Run("Get-TestContext Google.Protobuf").Require().As<string>().Single());
        Assert.Matches(" in ZabbixDR$", session.Run("Get-TestContext dotnet-etcd").Require().As<string>().Single());
    }

    [Fact]
    public void What_the_engine_does_not_bring_comes_from_the_session()
    {
        using var session = TestCmdlets.Open();

        Assert.EndsWith(" in Default", session.Run("Get-TestContext ZabbixDR.Model").Require().As<string>().Single(), StringComparison.Ordinal);
        Assert.EndsWith(" in Default", session.Run("Get-TestContext System.Text.Json").Require().As<string>().Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_models_types_have_names_in_a_script()
    {
        using var session = ModuleSession.Open();

        Assert.Equal(
            ["ZabbixDR.DrNode", "Etcd"],
            session.Run("[ZabbixDR.DrNode].FullName; [ZabbixDR.NodeRole]::Etcd.ToString()").Require().As<string>());
    }

    [Fact]
    public void The_module_can_be_removed_and_imported_again_and_again()
    {
        using var topology = new TopologyFile();
        using var session = ModuleSession.Open();
        for (var time = 0; time < 2; time++)
        {
            session.Run("Remove-Module ZabbixDR").Require();
            Assert.IsType<CommandNotFoundException>(session.Run("Get-DrNode").SingleError.Exception);
            session.Run("param($path) Import-Module $path", ModuleSession.Manifest).Require();
            var node = session.Run("param($path) $null = Connect-DrDeployment $path; Get-DrNode; Disconnect-DrDeployment", topology.Path).Require().Output.Single();
            Assert.Equal("Reachable", $"{node.Properties["State"].Value}");
        }
    }

    private static Version VersionHere(Type type)
    {
        Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(type.Assembly));
        return type.Assembly.GetName().Version!;
    }
}
