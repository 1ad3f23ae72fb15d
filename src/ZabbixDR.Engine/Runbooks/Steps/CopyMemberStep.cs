using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Copies a stopped member's data aside. It runs as a transient unit.</summary>
internal sealed class CopyMemberStep : UnitStep
{
    public const string Kind = "copy-member";

    // The rename is last: what has the final name is whole and on disk.
    private const string Script =
        """
        set -eu
        unit=$1 from=$2 to=$3
        case $(systemctl show --property=ActiveState --value "$unit") in inactive|failed) ;; *) echo "$unit runs" >&2; exit 1 ;; esac
        rm -rf -- "$to.part"
        cp -a --reflink=auto -- "$from" "$to.part"
        sync -f -- "$to.part"
        mv -nT -- "$to.part" "$to"
        sync -- "${to%/*}"
        """;

    public CopyMemberStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(MemberToRejoin member, long size) => new()
    {
        Id = $"copy-{member.Node.Name}",
        Kind = Kind,
        Node = member.Node.Name,
        What = $"Copy the survivor's data ({ByteSize.ToText(size)}) to {member.AsidePath}",
        Why = "It is the only copy of the newest data, and the next step rewrites its members.",
        Commands = [$"cp -a --reflink=auto {member.MemberPath} {member.AsidePath}.part", $"mv {member.AsidePath}.part {member.AsidePath}"],
        Idempotent = true,
        Proof = $"{member.AsidePath} is there: it gets that name once all of it is on disk.",
        Undo = "It does no harm where it is left.",
        TimeLimit = TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(size >> 20),
        Arguments = new Dictionary<string, string> { ["run"] = member.Run, ["unit"] = member.Unit, ["from"] = member.MemberPath, ["to"] = member.AsidePath },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (!await IsThereAsync(cancellation).ConfigureAwait(false))
        {
            return StepLook.NotDone($"{Told("to")} is not there");
        }

        var reading = await NodeUnits.FindAsync(Seen, Unit, cancellation).ConfigureAwait(false);
        return new StepLook(reading.State == UnitState.Absent, $"{Told("to")} is there{(reading.State == UnitState.Absent ? "" : ", and so is what its unit left")}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (await IsThereAsync(cancellation).ConfigureAwait(false) && (await NodeUnits.FindAsync(Seen, Unit, cancellation).ConfigureAwait(false)).State != UnitState.Running)
        {
            await ForgetAsync(cancellation).ConfigureAwait(false);
            return;
        }

        var request = new UnitRequest(Unit, "sh", "-c", Script, "zabbixdr", Told("unit"), Told("from"), Told("to")) { TimeLimit = Step.TimeLimit };
        var (end, said) = await FollowAsync(request, cancellation).ConfigureAwait(false);
        await ForgetAsync(cancellation).ConfigureAwait(false);
        if (!end.Succeeded)
        {
            throw MemberNotCopied(said);
        }
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellation) =>
        await NodeFiles.StatAsync(Seen, Told("to"), cancellation).ConfigureAwait(false) is not null;

    private DrException MemberNotCopied(string said) => DrException.Of(
        DrErrorKind.Remote, Step.Node, Step.What, said, "The data itself was only read. Make room, or see why it cannot be read.");
}
