namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>Patroni's failsafe mode is on: the primary then survives the loss of etcd alone (step 9 of the source document).</summary>
internal sealed class PatroniFailsafe : IReadinessCheck
{
    private const string Expected = "failsafe_mode on";

    public string Id => "patroni.failsafe";

    public string Title => "The primary goes on when etcd alone is lost";

    public ReadinessCategory Category => ReadinessCategory.Cluster;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPatroni(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        var cluster = await context.ClusterAsync(cancellation).ConfigureAwait(false);
        return
        [
            cluster.FailsafeMode switch
            {
                true => ReadinessFinding.Pass(null, Expected, "on"),
                false => ReadinessFinding.Warn(
                    null,
                    Expected,
                    "off",
                    "when all of etcd is lost, Patroni demotes the primary though nothing is wrong with it",
                    "Set-PatroniConfiguration -FailsafeMode turns it on, without a restart."),
                null => ConfigurationUnknown(cluster) with { Expected = Expected },
            },
        ];
    }

    /// <summary>Nobody gave the dynamic configuration.</summary>
    internal static ReadinessFinding ConfigurationUnknown(PatroniCluster cluster) => ReadinessFinding.Unknown(
        null,
        cluster.Reason ?? "no member gave Patroni's dynamic configuration",
        "See with Get-PatroniCluster which members answer, and with Test-EtcdEndpoint how etcd is.");
}
