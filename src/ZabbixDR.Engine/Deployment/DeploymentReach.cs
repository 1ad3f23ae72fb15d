using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Deployment;

/// <summary>How a session reaches what its topology names, where that is not over the network (docs/decisions/012-simulated-deployment.md).</summary>
/// <param name="Node">Makes a node.</param>
/// <param name="Etcd">Makes what carries calls to a member of etcd.</param>
/// <param name="Patroni">Makes the way to a node's Patroni.</param>
/// <param name="Postgres">Asks PostgreSQL.</param>
/// <param name="Journals">The journals of runs that this machine keeps.</param>
/// <param name="Beats">Does something again and again, as <see cref="Heartbeat.Start"/> does.</param>
internal sealed record DeploymentReach(
    Func<DrTopologyNode, IChangingNode> Node, Func<EtcdTarget, EtcdWire> Etcd, Func<INode, PatroniRest> Patroni, PostgresClient Postgres, ILineFiles Journals,
    Func<TimeSpan, Func<CancellationToken, Task>, IAsyncDisposable> Beats);
