using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Moves the old data of a service that is kept off aside.</summary>
internal sealed class MoveDataStep : NodeStep
{
    public const string Kind = "move-data";

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

    public MoveDataStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    /// <param name="node">The node.</param>
    /// <param name="unit">The service that uses the data.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="data">The data; none need be there.</param>
    /// <param name="aside">Its name afterwards, in the same directory.</param>
    /// <param name="mark">What says that this was done.</param>
    /// <param name="why">Why here.</param>
    public static DrPlanStep Plan(INode node, string unit, string user, string data, string aside, string mark, string why) => new()
    {
        Id = $"aside-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Keep the old data as {aside}",
        Why = why,
        Commands = [$"mv {data} {aside}"],
        Destructive = true,
        Idempotent = true,
        Proof = $"{mark} is there: it is written last.",
        Undo = $"With {unit} stopped: mv {aside} {data}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string>
        {
            ["unit"] = unit,
            ["user"] = user,
            ["member"] = data,
            ["aside"] = aside,
            ["mark"] = mark,
        },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await NodeFiles.StatAsync(Seen, Told("mark"), cancellation, user: null).ConfigureAwait(false) is null
            ? StepLook.NotDone($"{Told("member")}, where it is there, is the old data")
            : StepLook.Done($"the old data, where there was any, is {Told("aside")}");

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Changed.RunAsync(
        AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("user"), Told("member"), Told("aside"), Told("mark")) with { Title = Step.What },
        cancellation);
}
