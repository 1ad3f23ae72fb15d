using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Puts a service's old data back into its place; what was restored is kept beside it.</summary>
internal sealed class PutBackStep : NodeStep
{
    public const string Kind = "put-back";

    // Broken off anywhere, it can be run again: where the old data lies aside, it is still to be put back. What lies there and has not what such data has is somebody else's.
    private const string Script =
        """
        set -eu
        unit=$1 path=$2 aside=$3 inside=$4 kept=$5 mark=$6 back=$7
        systemctl is-active --quiet "$unit" && { echo "$unit runs" >&2; exit 1; }
        if [ -e "$aside/$inside" ]; then
            if [ -e "$path" ]; then mv -nT -- "$path" "$kept"; fi
            [ ! -e "$path" ] || { echo "$path could not be moved to $kept" >&2; exit 1; }
            mv -nT -- "$aside" "$path"
        fi
        [ -e "$path" ] && [ ! -e "$aside/$inside" ] || { echo "$aside could not be moved to $path" >&2; exit 1; }
        sync -- "${path%/*}"
        rm -f -- "$mark"
        mkdir -p -- "${back%/*}"; : >"$back"; sync -- "$back" "${back%/*}"
        """;

    public PutBackStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    /// <param name="node">The node.</param>
    /// <param name="unit">The service that uses the data.</param>
    /// <param name="path">Where the data belongs.</param>
    /// <param name="aside">Where the old data lies.</param>
    /// <param name="inside">What is always in such data, by which it is told from anything else that lies there.</param>
    /// <param name="mark">What says that it was put aside.</param>
    /// <param name="run">The run that goes back.</param>
    public static DrPlanStep Plan(INode node, string unit, string path, string aside, string inside, string mark, string run)
    {
        var kept = $"{path}.undone-{run}";
        return new DrPlanStep
        {
            Id = $"back-{node.Name}",
            Kind = Kind,
            Node = node.Name,
            What = $"Keep the restored data as {kept}, and put the old data back into its place",
            Why = "Nothing is deleted; both renames are within one directory and take no room and no time.",
            Commands = [StopUnitStep.Command(unit).ToString(), $"mv {path} {kept}", $"mv {aside} {path}"],
            Destructive = true,
            Idempotent = true,
            Proof = $"{BackMark(run)} is there: it is written last.",
            Undo = $"With {unit} stopped: mv {path} {aside} && mv {kept} {path}",
            TimeLimit = StopUnitStep.Limit + TimeSpan.FromMinutes(1),
            Arguments = new Dictionary<string, string>
            {
                ["unit"] = unit,
                ["path"] = path,
                ["aside"] = aside,
                ["inside"] = inside,
                ["kept"] = kept,
                ["mark"] = mark,
                ["back"] = BackMark(run),
            },
        };
    }

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await NodeFiles.StatAsync(Seen, Told("back"), cancellation, user: null).ConfigureAwait(false) is null
            ? StepLook.NotDone($"the old data is {Told("aside")}")
            : StepLook.Done($"the old data is in its place; what was restored, where it was in use, is {Told("kept")}");

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // A node that was started anew since then has started it again.
        await Changed.RunAsync(StopUnitStep.Command(Told("unit")), cancellation).ConfigureAwait(false);
        await Changed.RunAsync(
            AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("path"), Told("aside"), Told("inside"), Told("kept"), Told("mark"), Told("back")) with { Title = Step.What },
            cancellation).ConfigureAwait(false);
    }

    private static string BackMark(string run) => $"{RunJournals.NodeFolder}/{run}.back";
}
