using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Where a member's data from before a restore lies.</summary>
internal enum OldData
{
    /// <summary>Where it always was.</summary>
    InPlace,

    /// <summary>Where the restore put it.</summary>
    Aside,

    /// <summary>Nowhere: it was lost before, or deleted since.</summary>
    Gone,
}

/// <summary>A member on which a restore worked, as it was found.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Swap">The restore's step that exchanges the data: it knows the paths.</param>
/// <param name="CopyPath">The copy of the snapshot.</param>
/// <param name="Old">Where the old data lies.</param>
/// <param name="IsRestored">Whether the restored data is in use, or the old one aside.</param>
/// <param name="IsUp">Whether etcd runs.</param>
/// <param name="WasStopped">Whether the restore may have stopped it.</param>
/// <param name="MayBeSwapped">Whether the exchange was begun: the command can be on its way still, until the way back holds the lock.</param>
internal sealed record MemberToPutBack(INode Node, DrPlanStep Swap, string CopyPath, OldData Old, bool IsRestored, bool IsUp, bool WasStopped, bool MayBeSwapped)
{
    /// <summary>What every member's data has: the raft log.</summary>
    public const string LogFolder = "wal";

    // Tells of each path whether it is there.
    private const string Script = "for path; do if [ -e \"$path\" ]; then echo yes; else echo no; fi; done";

    public string Unit => Swap.Arguments["unit"];

    public string Data => Swap.Arguments["data"];

    public string AsidePath => Swap.Arguments["aside"];

    public string NewPath => Swap.Arguments["new"];

    /// <summary>Whether there is old data to be put back, or may be by the time that the way back is gone.</summary>
    public bool IsToPutBack => Old == OldData.Aside || (Old == OldData.InPlace && MayBeSwapped);

    /// <summary>What a plan says of it.</summary>
    public string Found => $"{(IsUp ? "etcd runs" : "etcd is stopped")}{(IsRestored ? ", the restored data is in its place" : "")}, {Where}";

    /// <summary>Where the old data lies, in words.</summary>
    public string Where => Old switch
    {
        OldData.InPlace => $"the old data is in its place, {Data}/member",
        OldData.Aside => $"the old data is {AsidePath}",
        _ => $"the old data is neither {AsidePath} nor {Data}/member",
    };

    /// <summary>Looks at a member.</summary>
    public static async Task<MemberToPutBack> LookAsync(INode node, RunHistory run, DrPlanStep swap, CancellationToken cancellation)
    {
        string[] paths = [swap.Arguments["mark"], $"{swap.Arguments["aside"]}/{LogFolder}", $"{swap.Arguments["data"]}/member", $"{swap.Arguments["new"]}/member", $"{swap.Arguments["new"]}/complete"];
        var seen = await node.RunAsync(new ObservingCommand("sh", ["-c", Script, "sh", .. paths]) { User = "root" }, cancellation).ConfigureAwait(false);
        bool[] there = [.. seen.Lines.Select(line => line == "yes")];
        var (marked, aside, member, waiting, complete) = (there[0], there[1], there[2], there[3], there[4]);

        // A restore that had no old data to move, and broke off before its mark, left its folder complete and empty.
        var swapped = marked || (complete && !waiting) || run.Last(swap)?.Status is DrStepStatus.Done or DrStepStatus.AlreadyDone;
        return new MemberToPutBack(
            node,
            swap,
            run.Plan.Steps.First(step => step.Node == swap.Node && step.Arguments.ContainsKey("copy")).Arguments["copy"],
            aside ? OldData.Aside : member && !swapped ? OldData.InPlace : OldData.Gone,
            aside || swapped,
            (await UnitReport.ReadAsync(node, swap.Arguments["unit"], cancellation).ConfigureAwait(false)).IsUp,
            run.HasTouched(StopUnitStep.Kind, swap.Node!),
            run.HasTouched(SwapMemberStep.Kind, swap.Node!));
    }
}
