namespace ZabbixDR.Engine.Patroni;

/// <summary>What the Patroni of one node answered.</summary>
/// <param name="Node">The node.</param>
/// <param name="Status">Its word of itself; null where it gave none.</param>
/// <param name="Cluster">What it read in the DCS; null where it could not.</param>
/// <param name="Config">The dynamic configuration as it has it; null where it gave none.</param>
/// <param name="Failure">Why <paramref name="Status"/> is null.</param>
/// <param name="ClusterFailure">Why <paramref name="Cluster"/> is null.</param>
internal sealed record PatroniView(
    DrTopologyNode Node,
    PatroniStatusDocument? Status,
    PatroniClusterDocument? Cluster,
    PatroniConfigDocument? Config,
    DrException? Failure,
    DrException? ClusterFailure);
