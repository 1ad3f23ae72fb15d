using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Ends what a run has left at work on a node, and removes what is known of it there, with the folder of its server's socket.</summary>
internal sealed class EndUnitsStep : NodeStep
{
    public const string Kind = "end-units";

    public EndUnitsStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    private IEnumerable<UnitName> Units => Told("units").Split(' ').Select(step => new UnitName(Told("run"), step));

    /// <param name="node">The node.</param>
    /// <param name="run">The run.</param>
    /// <param name="what">What that is for the plan.</param>
    /// <param name="why">Why here.</param>
    /// <param name="units">The second part of each unit's name.</param>
    public static DrPlanStep Plan(INode node, string run, string what, string why, params string[] units) => new()
    {
        Id = $"end-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = what,
        Why = why,
        Commands = [.. units.Select(unit => $"systemctl stop {new UnitName(run, unit)}"), $"rm -rf -- {StandaloneServer.FolderOf(run)}"],
        Destructive = true,
        Idempotent = true,
        Proof = "The node knows no unit of these names, and the folder of the socket is gone.",
        Undo = "Nothing need be: no data is touched.",
        TimeLimit = TimeSpan.FromMinutes(15),
        Arguments = new Dictionary<string, string> { ["run"] = run, ["units"] = string.Join(' ', units) },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        foreach (var unit in Units)
        {
            if ((await NodeUnits.FindAsync(Seen, unit, cancellation).ConfigureAwait(false)).State is var state && state != UnitState.Absent)
            {
                return StepLook.NotDone($"{unit} is {state}");
            }
        }

        return await NodeFiles.StatAsync(Seen, StandaloneServer.FolderOf(Told("run")), cancellation, user: null).ConfigureAwait(false) is null
            ? StepLook.Done("none of them is there")
            : StepLook.NotDone("the folder of its server's socket is there");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        foreach (var unit in Units)
        {
            if ((await NodeUnits.FindAsync(Seen, unit, cancellation).ConfigureAwait(false)).State == UnitState.Absent)
            {
                continue;
            }

            await NodeUnits.CancelAsync(Changed, unit, cancellation).ConfigureAwait(false);
            await NodeUnits.ForgetAsync(Changed, unit, cancellation).ConfigureAwait(false);
        }

        await Changed.RunAsync(AsRoot("rm", "-rf", "--", StandaloneServer.FolderOf(Told("run"))), cancellation).ConfigureAwait(false);
    }
}
