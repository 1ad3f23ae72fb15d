using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Puts a member's old data back into its place; what was restored is kept beside it.</summary>
internal sealed class PutBackStep : NodeStep
{
    public const string Kind = "put-back";

    // Broken off anywhere, it can be run again: where the old data lies aside, it is still to be put back.
    private const string Script =
        """
        set -eu
        unit=$1 data=$2 aside=$3 kept=$4 mark=$5 back=$6
        systemctl is-active --quiet "$unit" && { echo "$unit runs" >&2; exit 1; }
        if [ -e "$aside" ]; then
            if [ -e "$data/member" ]; then mv -nT -- "$data/member" "$kept"; fi
            [ ! -e "$data/member" ] || { echo "$data/member could not be moved to $kept" >&2; exit 1; }
            mv -nT -- "$aside" "$data/member"
        fi
        [ -e "$data/member" ] && [ ! -e "$aside" ] || { echo "$aside could not be moved to $data/member" >&2; exit 1; }
        sync -- "$data"
        rm -f -- "$mark"
        mkdir -p -- "${back%/*}"; : >"$back"; sync -- "$back" "${back%/*}"
        """;

    public PutBackStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(MemberToPutBack member, string run)
    {
        var kept = $"{member.Data}/member.undone-{run}";
        return new DrPlanStep
        {
            Id = $"back-{member.Node.Name}",
            Kind = Kind,
            Node = member.Node.Name,
            What = $"Keep the restored data as {kept}, and put the old data back into its place",
            Why = "Nothing is deleted; both renames are within one directory and take no room and no time.",
            Commands = [StopUnitStep.Command(member.Unit).ToString(), $"mv {member.Data}/member {kept}", $"mv {member.AsidePath} {member.Data}/member"],
            Destructive = true,
            Idempotent = true,
            Proof = $"{BackMark(run)} is there: it is written last.",
            Undo = $"With {member.Unit} stopped: mv {member.Data}/member {member.AsidePath} && mv {kept} {member.Data}/member",
            TimeLimit = StopUnitStep.Limit + TimeSpan.FromMinutes(1),
            Arguments = new Dictionary<string, string>
            {
                ["unit"] = member.Unit,
                ["data"] = member.Data,
                ["aside"] = member.AsidePath,
                ["kept"] = kept,
                ["mark"] = member.Swap.Arguments["mark"],
                ["back"] = BackMark(run),
            },
        };
    }

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await NodeFiles.StatAsync(Seen, Told("back"), cancellation).ConfigureAwait(false) is null
            ? StepLook.NotDone($"the old data is {Told("aside")}")
            : StepLook.Done($"the old data is in its place; what was restored, where it was in use, is {Told("kept")}");

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // A node that was started anew since then has started it again.
        await Changed.RunAsync(StopUnitStep.Command(Told("unit")), cancellation).ConfigureAwait(false);
        await Changed.RunAsync(
            AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("data"), Told("aside"), Told("kept"), Told("mark"), Told("back")) with { Title = Step.What },
            cancellation).ConfigureAwait(false);
    }

    private static string BackMark(string run) => $"{RunJournals.NodeFolder}/{run}.back";
}
