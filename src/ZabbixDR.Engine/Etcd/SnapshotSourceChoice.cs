namespace ZabbixDR.Engine.Etcd;

/// <summary>Which member a snapshot is best taken from.</summary>
internal static class SnapshotSourceChoice
{
    /// <summary>
    /// The healthy member with the highest revision; of several as fresh, not the leader, which has enough to do. Null where no
    /// member is healthy. A learner serves no snapshot.
    /// </summary>
    public static EtcdEndpoint? Best(IEnumerable<EtcdEndpoint> endpoints) => endpoints
        .Where(endpoint => endpoint.State == EtcdEndpointState.Healthy && endpoint.IsLearner is not true)
        .OrderByDescending(endpoint => endpoint.Revision)
        .ThenBy(endpoint => endpoint.IsLeader is true)
        .FirstOrDefault();
}
