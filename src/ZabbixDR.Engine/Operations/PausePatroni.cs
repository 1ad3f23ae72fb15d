using System.Text.Json.Nodes;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations;

/// <summary>Patroni's maintenance mode, in which nothing fails over by itself, turned on or off, and seen by every member.</summary>
public sealed class PausePatroni
{
    private readonly DeploymentSession _deployment;
    private readonly PatroniCluster _cluster;
    private readonly bool _paused;

    private PausePatroni(DeploymentSession deployment, PatroniCluster cluster, bool paused)
    {
        _deployment = deployment;
        _cluster = cluster;
        _paused = paused;
    }

    /// <summary>The cluster as it was found.</summary>
    public PatroniCluster Cluster => _cluster;

    /// <summary>True where it is so already.</summary>
    public bool IsDone => _cluster.Paused == _paused;

    /// <summary>Looks at the cluster. Nothing is changed.</summary>
    /// <exception cref="DrException">Those of <see cref="Patroni.PatroniClient.GetClusterAsync"/>; <c>ClusterUnread</c>.</exception>
    public static async Task<PausePatroni> PrepareAsync(DeploymentSession deployment, bool paused, CancellationToken cancellation)
    {
        var cluster = await deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false);
        return cluster.AnsweredBy is null ? throw ClusterUnread(cluster) : new PausePatroni(deployment, cluster, paused);
    }

    /// <summary>Turns it, and waits until every member that answered says that it has seen it.</summary>
    /// <exception cref="DrException">Those of <see cref="Patroni.PatroniChanges"/>; <c>PauseUnseen</c>; <c>RunHoldsNode</c>.</exception>
    public async Task<PatroniCluster> RunAsync(ChangePermit permit, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        // Each member looks at the DCS once in loop_wait; a write of the DCS and a slow answer are allowed for.
        var limit = (2 * (_cluster.LoopWait ?? TimeSpan.FromSeconds(10))) + TimeSpan.FromSeconds(20);
        var targets = _cluster.Members.Where(member => member.IsAnswering).Select(member => PatroniTarget.Of(_deployment, _cluster, member.Name)).ToList();
        var asked = targets.OrderByDescending(target => target.Node.Name == _cluster.AnsweredBy).Select(target => target.Node).ToList();
        var work = await PatroniWork.BeginAsync(_deployment, asked, permit, 2 * limit, cancellation).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            await work.Changes.PatchConfigurationAsync(new JsonObject { ["pause"] = _paused ? true : null }, cancellation).ConfigureAwait(false);
            var seen = await Task.WhenAll(targets.Select(target => PatroniTarget.UntilAsync(
                _deployment.Patroni, target.Node, status => Task.FromResult(status.Paused == _paused), limit, state => progress.Report(new OperationProgress(state)), cancellation))).ConfigureAwait(false);
            var blind = targets.Zip(seen).Where(pair => pair.Second is null).Select(pair => pair.First.Member.Name).ToList();
            return blind.Count == 0
                ? await _deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false)
                : throw PauseUnseen(blind, limit);
        }
    }

    private static DrException ClusterUnread(PatroniCluster cluster) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading the cluster {cluster.Scope}",
        $"no member can read the DCS ({cluster.Reason})",
        "The mode is kept in the DCS: wait until Test-EtcdEndpoint shows etcd healthy. Nothing was changed.");

    private DrException PauseUnseen(IEnumerable<string> blind, TimeSpan limit) => DrException.Of(
        DrErrorKind.Timeout,
        null,
        _paused ? "Pausing the cluster" : "Resuming the cluster",
        $"it is set, and after {limit.TotalSeconds:0} s {string.Join(", ", blind)} had not said that it was seen",
        _paused ? "A member that does not know may still fail over: see in Get-PatroniCluster and Test-EtcdEndpoint what keeps it from reading the DCS." : "See in Get-PatroniCluster and Test-EtcdEndpoint what keeps it from reading the DCS.");
}
