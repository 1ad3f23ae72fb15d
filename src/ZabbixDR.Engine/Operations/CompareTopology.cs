using System.Runtime.CompilerServices;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations;

/// <summary>Compares a topology file with what is there. It changes nothing, and what cannot be asked hides nothing else.</summary>
public static class CompareTopology
{
    /// <summary>Compares: node by node in the file's order, then the lists of members.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="throttleLimit">How many nodes are asked at once.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    public static async IAsyncEnumerable<TopologyCheck> RunAsync(
        DeploymentSession deployment, int throttleLimit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var members = Task.WhenAll(
            TopologyChecks.OrUnknownAsync("patroni.members", null, "nodes", () => MemberComparison.PatroniAsync(deployment, stop.Token)),
            TopologyChecks.OrUnknownAsync("etcd.members", null, "nodes", () => MemberComparison.EtcdAsync(deployment, stop.Token)));
        try
        {
            var comparison = new NodeComparison(deployment.Topology);
            await foreach (var outcome in deployment.Nodes.All.ForEachAsync(comparison.RunAsync, throttleLimit, stop.Token).ConfigureAwait(false))
            {
                foreach (var check in outcome.Value ?? [TopologyChecks.Unknown("node.reachable", outcome.Node.Name, $"nodes.{outcome.Node.Name}", outcome.Failure!)])
                {
                    yield return check;
                }
            }

            foreach (var check in (await members.ConfigureAwait(false)).SelectMany(checks => checks))
            {
                yield return check;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)members).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
