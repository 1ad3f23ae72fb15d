using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public void A_command_without_a_deployment_says_how_to_get_one()
    {
        using var session = ModuleSession.Open();

        var run = session.Run("try { Get-DrTopology } catch { $_ }");
        var error = Assert.Single(run.As<System.Management.Automation.ErrorRecord>());

        Assert.Equal("NotConnected,ZabbixDR.Commands.Deployment.GetDrTopologyCommand", error.FullyQualifiedErrorId);
        Assert.Contains("Connect-DrDeployment", error.Exception.Message, StringComparison.Ordinal);
    }
}
