using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A step that works with the server that the run itself starts on the restored data.</summary>
internal abstract class OwnServerStep : NodeStep
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);

    protected OwnServerStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes)
    {
        var folder = new StandaloneServer(Told("run"), Told("bin"), Told("data"), Told("aside"), deployment.Topology.Postgres!) { Options = [] };
        Server = folder with { Options = Told("options").Split('\n') };
    }

    /// <summary>The server.</summary>
    protected StandaloneServer Server { get; }

    /// <summary>What such a step needs to know of it.</summary>
    protected static Dictionary<string, string> About(ServerToRecover server, StandaloneServer standalone) => new()
    {
        ["run"] = server.Run,
        ["bin"] = server.BinDirectory,
        ["data"] = server.DataDirectory,
        ["aside"] = server.AsidePath,
        ["options"] = string.Join('\n', standalone.Options),
    };

    /// <summary>Starts it again where its node was started anew since: it recovers from its own WAL then, and is where it was. Waits until it takes connections, or has ended.</summary>
    protected async Task EnsureAsync(CancellationToken cancellation)
    {
        await Server.StartAsync(Changed, cancellation).ConfigureAwait(false);
        while (await Server.LookAsync(Seen, cancellation).ConfigureAwait(false) is ({ State: UnitState.Running }, { IsReady: false }))
        {
            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
    }
}
