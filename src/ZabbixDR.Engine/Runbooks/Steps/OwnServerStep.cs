using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A step that works with the server that the run itself starts on the restored data.</summary>
internal abstract class OwnServerStep : NodeStep
{
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

    /// <summary>Starts it again where its node was started anew since: it recovers from its own WAL then, and is where it was. Waits until it takes connections.</summary>
    /// <exception cref="DrException"><c>ServerEnded</c>, and those of the node.</exception>
    protected async Task EnsureAsync(CancellationToken cancellation)
    {
        // One that ran has been ready for long, most often.
        if (!await Server.StartAsync(Changed, cancellation).ConfigureAwait(false) && (await Server.LookAsync(Seen, cancellation).ConfigureAwait(false)).Log.IsReady)
        {
            return;
        }

        if (await Server.UntilReadyAsync(Seen, _ => { }, cancellation).ConfigureAwait(false) is (var reading, { IsReady: false } log))
        {
            throw ServerEnded(reading.State, log);
        }
    }

    private DrException ServerEnded(UnitState state, RecoveryLog log) => DrException.Of(
        DrErrorKind.Remote,
        Step.Node,
        "Starting PostgreSQL without Patroni",
        $"it ended ({state}){(log.Fatal is { } fatal ? $": {fatal}" : "")}",
        $"What it printed: /var/lib/zabbixdr/units/{Server.Unit}/output.");
}
