using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations;

/// <summary>What was read of the repositories, and of the primary that archives into them.</summary>
/// <param name="Node">The node whose pgBackRest told it; null where none answered.</param>
/// <param name="Repositories">The repositories that could be read.</param>
/// <param name="Failures">One for each that could not, or for each node where none answered.</param>
/// <param name="Waiting">What the primary has not archived yet; null where no primary could be asked.</param>
internal sealed record RepositoriesRead(
    INode? Node, IReadOnlyList<RepositoryContent> Repositories, IReadOnlyList<DrException> Failures, IReadOnlyList<PgWaitingWal>? Waiting);
