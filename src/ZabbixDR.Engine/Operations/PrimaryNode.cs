using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations;

/// <summary>The node whose PostgreSQL accepts writes, as it was just found.</summary>
/// <param name="Node">The node.</param>
/// <param name="Timeline">The timeline that it writes.</param>
/// <param name="Lsn">How far it had written when it was asked.</param>
/// <param name="SystemIdentifier">The database's identifier.</param>
public sealed record PrimaryNode(INode Node, int Timeline, PgLsn Lsn, string SystemIdentifier);
