using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Deletes what the run itself put beside a member's data. What it moved aside stays.</summary>
internal sealed class TidyMemberStep : NodeStep
{
    public const string Kind = "tidy-member";

    public TidyMemberStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    private UnitName Unit => new(Told("run"), Told("step"));

    public static DrPlanStep Plan(MemberToRestore member) => new()
    {
        Id = $"tidy-{member.Node.Name}",
        Kind = Kind,
        Node = member.Node.Name,
        What = $"Delete the snapshot's copy and {member.NewPath}, which is empty by now",
        Why = $"They are this run's own. {member.AsidePath} stays: delete it by hand once you no longer want to go back.",
        Commands = [Command(member.CopyPath, member.NewPath).ToString()],
        Idempotent = true,
        Proof = "Neither is there.",
        Undo = "Nothing to be undone.",
        TimeLimit = TimeSpan.FromMinutes(5),
        Arguments = new Dictionary<string, string> { ["copy"] = member.CopyPath, ["new"] = member.NewPath, ["run"] = member.Run, ["step"] = $"restore-{member.Node.Name}" },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        // Whoever died when the restore had ended left what it printed.
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
        await NodeUnits.ForgetAsync(Changed, Unit, cancellation).ConfigureAwait(false);
        await Changed.RunAsync(Command(Told("copy"), Told("new")), cancellation).ConfigureAwait(false);
    }

    private static ChangingCommand Command(string copy, string created) => AsRoot("rm", "-rf", "--", copy, created);
}
