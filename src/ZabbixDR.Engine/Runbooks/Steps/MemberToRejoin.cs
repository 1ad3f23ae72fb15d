using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A member of a cluster that has lost its majority, and the paths that a run uses there.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Config">How it is started.</param>
/// <param name="Run">The run.</param>
internal sealed record MemberToRejoin(INode Node, string Unit, EtcdMemberConfig Config, string Run)
{
    /// <summary>Its data.</summary>
    public string MemberPath => $"{Config.DataDirectory}/member";

    /// <summary>Its old data, copied or moved.</summary>
    public string AsidePath => $"{Config.DataDirectory}/member.before-{Run}";

    /// <summary>Says that the old data, where there was any, is aside.</summary>
    public string AsideMark => $"{RunJournals.NodeFolder}/{Run}.aside";

    /// <summary>The run's own addition to the unit, which a reboot takes away.</summary>
    public string DropIn => $"/run/systemd/system/{Unit}.d/zabbixdr-{Run}.conf";

    /// <summary>The variables that the addition names; likewise.</summary>
    public string Variables => $"/run/zabbixdr-{Run}.env";

    /// <summary>Its part of ETCD_INITIAL_CLUSTER.</summary>
    public string InitialCluster => string.Join(',', Config.PeerUrls.Split(',').Select(url => $"{Config.Name}={url.Trim()}"));
}
