using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Readiness;

/// <summary>What the checks of one run share: the deployment, the thresholds, and facts that several need and that are asked for once.</summary>
internal sealed class ReadinessContext
{
    private readonly Lazy<Task<StanzaContent>> _backups;
    private readonly Lazy<Task<PatroniCluster>> _cluster;
    private readonly Lazy<Task<PrimaryNode>> _primary;

    /// <summary>Prepares the run; nothing is asked yet.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="thresholds">What is good enough.</param>
    /// <param name="cancellation">Ends the whole run; a check's own limit only its own wait.</param>
    public ReadinessContext(DeploymentSession deployment, ReadinessThresholds thresholds, CancellationToken cancellation)
    {
        Deployment = deployment;
        Thresholds = thresholds;
        _backups = new(() => ReadBackups.FromAnyNodeAsync(deployment, null, PgBackRestClient.DefaultTimeLimit, cancellation));
        _cluster = new(() => deployment.Patroni.GetClusterAsync(cancellation));
        _primary = new(() => FindPrimary.RunAsync(deployment, cancellation));
    }

    public DeploymentSession Deployment { get; }

    public ReadinessThresholds Thresholds { get; }

    /// <summary>The clock that ages are measured by, where what is measured has none of its own.</summary>
    public DateTimeOffset Now { get; } = DateTimeOffset.UtcNow;

    /// <summary>What the repositories hold.</summary>
    public Task<StanzaContent> BackupsAsync(CancellationToken cancellation) => _backups.Value.WaitAsync(cancellation);

    /// <summary>The Patroni cluster.</summary>
    public Task<PatroniCluster> ClusterAsync(CancellationToken cancellation) => _cluster.Value.WaitAsync(cancellation);

    /// <summary>The running primary.</summary>
    public Task<PrimaryNode> PrimaryAsync(CancellationToken cancellation) => _primary.Value.WaitAsync(cancellation);
}
