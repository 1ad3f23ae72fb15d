using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Moves a fenced member's old data aside.</summary>
internal sealed class MoveMemberStep : NodeStep
{
    public const string Kind = "move-member";

    private const string Script =
        """
        set -eu
        unit=$1 user=$2 member=$3 aside=$4 mark=$5
        case $(systemctl show --property=ActiveState --value "$unit") in inactive|failed) ;; *) echo "$unit runs" >&2; exit 1 ;; esac
        data=${member%/*}
        [ -d "$data" ] || { install -d -m 0700 -- "$data"; chown -- "$user:" "$data"; }
        if [ -e "$member" ]; then mv -nT -- "$member" "$aside"; fi
        [ ! -e "$member" ] || { echo "$member could not be moved to $aside" >&2; exit 1; }
        sync -- "$data"
        mkdir -p -- "${mark%/*}"; : >"$mark"; sync -- "$mark" "${mark%/*}"
        """;

    public MoveMemberStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(MemberToRejoin member) => new()
    {
        Id = $"aside-{member.Node.Name}",
        Kind = Kind,
        Node = member.Node.Name,
        What = $"Keep the old data as {member.AsidePath}",
        Why = "It is the old cluster's: etcd must not start on it again. Nothing is deleted.",
        Commands = [$"mv {member.MemberPath} {member.AsidePath}"],
        Destructive = true,
        Idempotent = true,
        Proof = $"{member.AsideMark} is there: it is written last.",
        Undo = $"With {member.Unit} stopped: mv {member.AsidePath} {member.MemberPath}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string>
        {
            ["unit"] = member.Unit,
            ["user"] = member.Config.User,
            ["member"] = member.MemberPath,
            ["aside"] = member.AsidePath,
            ["mark"] = member.AsideMark,
        },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await NodeFiles.StatAsync(Seen, Told("mark"), cancellation).ConfigureAwait(false) is null
            ? StepLook.NotDone($"{Told("member")}, where it is there, is the old data")
            : StepLook.Done($"the old data, where there was any, is {Told("aside")}");

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Changed.RunAsync(
        AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("user"), Told("member"), Told("aside"), Told("mark")) with { Title = Step.What },
        cancellation);
}
