using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Puts the restored data in the place of the data in use, which is kept: two renames within one directory.</summary>
internal sealed class SwapMemberStep : NodeStep
{
    public const string Kind = "swap-member";

    // Broken off anywhere, it can be run again: each rename is done only where its outcome is missing. Only `member` is moved, so that the
    // data directory keeps its owner and mode, and may be a mount point. What lies aside is told by its own name, never overwritten (-n).
    private const string Script =
        """
        set -eu
        unit=$1 data=$2 new=$3 aside=$4 mark=$5
        systemctl is-active --quiet "$unit" && { echo "$unit runs" >&2; exit 1; }
        [ -e "$new/complete" ] || { echo "$new is not complete" >&2; exit 1; }
        if [ -e "$new/member" ]; then
            if [ -e "$data/member" ]; then mv -nT -- "$data/member" "$aside"; fi
            [ ! -e "$data/member" ] || { echo "$data/member could not be moved to $aside" >&2; exit 1; }
            mv -nT -- "$new/member" "$data/member"
        fi
        sync -- "$data"
        mkdir -p -- "${mark%/*}"; : >"$mark"; sync -- "$mark" "${mark%/*}"
        """;

    public SwapMemberStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(MemberToRestore member) => new()
    {
        Id = $"swap-{member.Node.Name}",
        Kind = Kind,
        Node = member.Node.Name,
        What = $"Keep the old data as {member.AsidePath}, and put the restored data in its place",
        Why = "Nothing is deleted; both renames are within one directory and take no room and no time.",
        Commands = [StopUnitStep.Command(member.Unit).ToString(), $"mv {member.Config.DataDirectory}/member {member.AsidePath}", $"mv {member.NewPath}/member {member.Config.DataDirectory}/member"],
        Destructive = true,
        Idempotent = true,
        Proof = $"{member.SwapMark} is there: it is written last.",
        Undo = $"With {member.Unit} stopped: mv {member.Config.DataDirectory}/member {member.NewPath}/member && mv {member.AsidePath} {member.Config.DataDirectory}/member",
        TimeLimit = StopUnitStep.Limit + TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string>
        {
            ["unit"] = member.Unit,
            ["data"] = member.Config.DataDirectory,
            ["new"] = member.NewPath,
            ["aside"] = member.AsidePath,
            ["mark"] = member.SwapMark,
        },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await NodeFiles.StatAsync(Seen, Told("mark"), cancellation, user: null).ConfigureAwait(false) is null
            ? StepLook.NotDone($"{Told("data")}/member is the old data")
            : StepLook.Done($"the old data, where there was any, is {Told("aside")}");

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // A node that was started anew since then has started it again.
        await Changed.RunAsync(StopUnitStep.Command(Told("unit")), cancellation).ConfigureAwait(false);
        await Changed.RunAsync(
            AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("data"), Told("new"), Told("aside"), Told("mark")) with { Title = Step.What },
            cancellation).ConfigureAwait(false);
    }
}
