using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Stops the server that recovered, in order, so that Patroni starts it on data that is at rest.</summary>
internal sealed class StopStandaloneStep : OwnServerStep
{
    public const string Kind = "stop-standalone";
    private const string AtRest = "shut down";
    private const string State = "Database cluster state:";

    public StopStandaloneStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes, deployment)
    {
    }

    public static DrPlanStep Plan(ServerToRecover server, StandaloneServer standalone) => new()
    {
        Id = $"rest-{server.Node.Name}",
        Kind = Kind,
        Node = server.Node.Name,
        What = "Stop the recovered server in order",
        Why = "Patroni starts it from here on.",
        Commands = [standalone.StopCommand().ToString()],
        Idempotent = true,
        Proof = "Its unit runs no more, and pg_controldata calls the cluster shut down.",
        Undo = "Nothing need be: the server is in no service yet.",
        TimeLimit = TimeSpan.FromMinutes(15),
        Arguments = About(server, standalone),
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if ((await NodeUnits.FindAsync(Seen, Server.Unit, cancellation).ConfigureAwait(false)).State == UnitState.Running)
        {
            return StepLook.NotDone("it runs");
        }

        var control = await Seen.RunAsync(new ObservingCommand($"{Server.BinDirectory}/pg_controldata", "-D", Server.DataDirectory) { User = "root" }, cancellation).ConfigureAwait(false);
        var state = control.Lines.FirstOrDefault(line => line.StartsWith(State, StringComparison.Ordinal))?[State.Length..].Trim();
        return new StepLook(state == AtRest, $"pg_controldata says: {state}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // One whose node lost its power is started once more, to be at rest.
        await EnsureAsync(cancellation).ConfigureAwait(false);
        await Server.StopAsync(Changed, cancellation).ConfigureAwait(false);
    }
}
