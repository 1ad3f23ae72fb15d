using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a point-in-time recovery is planned from.</summary>
/// <param name="Request">What is asked for.</param>
/// <param name="Way">How it is reached.</param>
/// <param name="Servers">All servers.</param>
/// <param name="Primary">The one that takes writes; null for none.</param>
/// <param name="Target">The one that is recovered.</param>
/// <param name="Member">A member of etcd that does its work.</param>
/// <param name="Configuration">Patroni's dynamic configuration.</param>
/// <param name="Zabbix">The Zabbix servers' nodes and units.</param>
/// <param name="ArchiveCommand">What WAL is archived with; null where nobody tells.</param>
internal sealed record PointInTimeFound(
    PointInTimeRequest Request,
    RecoveryWay Way,
    ServerToRecover[] Servers,
    ServerToRecover? Primary,
    ServerToRecover Target,
    string Member,
    ConfigurationToKeep Configuration,
    IReadOnlyList<(INode Node, string Unit)> Zabbix,
    string? ArchiveCommand);
