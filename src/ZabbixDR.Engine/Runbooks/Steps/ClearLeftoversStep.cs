using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Ends what a restore that is gone back from still does beside a member's data, and deletes what it put there.</summary>
internal sealed class ClearLeftoversStep : NodeStep
{
    public const string Kind = "clear-leftovers";

    public ClearLeftoversStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    private UnitName Unit => new(Told("run"), Told("step"));

    public static DrPlanStep Plan(MemberToPutBack member, string undone)
    {
        var unit = new UnitName(undone, $"restore-{member.Node.Name}");
        return new DrPlanStep
        {
            Id = $"clear-{member.Node.Name}",
            Kind = Kind,
            Node = member.Node.Name,
            What = $"Delete the snapshot's copy, and {member.NewPath}, which was never in use",
            Why = $"They are run {undone}'s own; its work as {unit} is ended first, where it still goes on.",
            Commands = [$"systemctl stop {unit}.service", Command(member.CopyPath, member.NewPath).ToString()],
            Idempotent = true,
            Proof = "Neither is there.",
            Undo = "Nothing to be undone: the snapshot is still where it was copied from.",
            TimeLimit = TimeSpan.FromMinutes(5),
            Arguments = new Dictionary<string, string> { ["run"] = undone, ["step"] = $"restore-{member.Node.Name}", ["copy"] = member.CopyPath, ["new"] = member.NewPath },
        };
    }

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if ((await NodeUnits.FindAsync(Seen, Unit, cancellation).ConfigureAwait(false)).State != UnitState.Absent)
        {
            return StepLook.NotDone($"{Unit} is there");
        }

        var copy = await NodeFiles.StatAsync(Seen, Told("copy"), cancellation).ConfigureAwait(false);
        var left = copy ?? await NodeFiles.StatAsync(Seen, Told("new"), cancellation).ConfigureAwait(false);
        return left is null ? StepLook.Done("nothing of the run is left there") : StepLook.NotDone($"{left.Path} is there");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var reading = await NodeUnits.FindAsync(Seen, Unit, cancellation).ConfigureAwait(false);
        if (reading.State == UnitState.Running)
        {
            await NodeUnits.CancelAsync(Changed, Unit, cancellation).ConfigureAwait(false);
        }

        if (reading.State != UnitState.Absent)
        {
            await NodeUnits.ForgetAsync(Changed, Unit, cancellation).ConfigureAwait(false);
        }

        await Changed.RunAsync(Command(Told("copy"), Told("new")), cancellation).ConfigureAwait(false);
    }

    private static ChangingCommand Command(string copy, string created) => AsRoot("rm", "-rf", "--", copy, created);
}
