using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Deployment;

public sealed class DeploymentSessionTests
{
    private static readonly string s_whole = Path.Combine(AppContext.BaseDirectory, "Topology", "whole.yaml");

    [Fact]
    public async Task All_threads_share_the_clients()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var session = DeploymentSession.Open(s_whole, new SessionAccess());
            using var start = new Barrier(4);

            var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return (session.Patroni, session.PgBackRest, session.Postgres);
                },
                TaskCreationOptions.LongRunning)));

            Assert.Single(clients.Distinct());
        }
    }
}
