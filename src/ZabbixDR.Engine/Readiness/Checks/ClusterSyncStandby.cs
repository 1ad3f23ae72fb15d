namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>Where commits are to wait for a standby, there is one that follows: else losing the primary loses data, or nothing is written at all.</summary>
internal sealed class ClusterSyncStandby : IReadinessCheck
{
    public string Id => "cluster.sync-standby";

    public string Title => "A synchronous standby follows the primary";

    public ReadinessCategory Category => ReadinessCategory.Cluster;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPatroni(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation) =>
        [Judge(await context.ClusterAsync(cancellation).ConfigureAwait(false))];

    internal static ReadinessFinding Judge(PatroniCluster cluster)
    {
        const string Expected = "at least 1 that runs";
        const string Remedy = "Look at Get-PatroniCluster and start Patroni on the standby; a failover now would need a forced choice.";
        switch (cluster.SynchronousMode)
        {
            case null:
                return PatroniFailsafe.ConfigurationUnknown(cluster);
            case PatroniSynchronousMode.Off:
                return ReadinessFinding.Skipped("synchronous_mode is off: replication is meant to be asynchronous");
        }

        // The DCS may name a standby for as long as the ttl after it has died.
        var standbys = cluster.Members.Where(member => cluster.SyncStandbys.Contains(member.Name)).ToList();
        var running = standbys.Where(member => member is { IsAnswering: true, State: PatroniState.Streaming or PatroniState.Running }).ToList();
        return running.Count > 0
            ? ReadinessFinding.Pass(running[0].Name, Expected, string.Join(", ", running))
            : ReadinessFinding.Fail(
                standbys.FirstOrDefault()?.Name,
                Expected,
                standbys.Count == 0 ? "none" : string.Join(", ", standbys.Select(member => $"{member.Name}: {member.State}")),
                standbys.Count == 0 ? "no member is a synchronous standby" : string.Join("; ", standbys.Select(member => member.Reason ?? $"{member.Name} is in state {member.State}")),
                Remedy);
    }
}
