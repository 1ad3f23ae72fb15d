using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Removes what the run's own server left beside the data: its socket's folder and its log. The data from before stays.</summary>
internal sealed class TidyServerStep : OwnServerStep
{
    public const string Kind = "tidy-server";

    public TidyServerStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes, deployment)
    {
    }

    public static DrPlanStep Plan(ServerToRecover server, StandaloneServer standalone) => new()
    {
        Id = $"tidy-{server.Node.Name}",
        Kind = Kind,
        Node = server.Node.Name,
        What = "Delete the folder of the recovering server's socket, and its log",
        Why = $"They are of no more use. {server.AsidePath} stays: delete it once you are sure that you need it no more.",
        Commands = [$"rm -rf -- {standalone.Folder}"],
        Idempotent = true,
        Proof = "The folder is gone, and the node knows no unit of that name.",
        Undo = "Nothing need be.",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = About(server, standalone),
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var isGone = await Nodes.Files.NodeFiles.StatAsync(Seen, Server.Folder, cancellation).ConfigureAwait(false) is null;
        var reading = await NodeUnits.FindAsync(Seen, Server.Unit, cancellation).ConfigureAwait(false);
        return new StepLook(isGone && reading.State == UnitState.Absent, isGone ? "the folder is gone" : "the folder is there");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await NodeUnits.ForgetAsync(Changed, Server.Unit, cancellation).ConfigureAwait(false);
        await Changed.RunAsync(AsRoot("rm", "-rf", "--", Server.Folder), cancellation).ConfigureAwait(false);
    }
}
