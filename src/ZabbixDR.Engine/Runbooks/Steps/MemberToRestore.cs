using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A member whose data is to be made anew, and the paths that a run uses there. All lie in the data directory, on its file system.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Config">How it is started.</param>
/// <param name="Tool">etcdutl, or etcdctl where that is not installed.</param>
/// <param name="Run">The run.</param>
internal sealed record MemberToRestore(INode Node, string Unit, EtcdMemberConfig Config, string Tool, string Run)
{
    /// <summary>The tool's version.</summary>
    public string ToolVersion { get; init; } = "";

    /// <summary>Whether the tool can set the revision above all that were given out.</summary>
    public bool CanBump { get; init; }

    /// <summary>What etcd says of itself: its version and its cluster, or that it does not answer.</summary>
    public string Found { get; init; } = "";

    /// <summary>The copy of the snapshot.</summary>
    public string CopyPath => $"{Config.DataDirectory}/zabbixdr-{Run}.db";

    /// <summary>What is restored, until it is put in its place.</summary>
    public string NewPath => $"{Config.DataDirectory}/zabbixdr-{Run}";

    /// <summary>The old data, from then on.</summary>
    public string AsidePath => $"{Config.DataDirectory}/member.before-{Run}";

    /// <summary>Says that the new data is in its place.</summary>
    public string SwapMark => $"{RunJournals.NodeFolder}/{Run}.swapped";
}
