using System.Diagnostics;
using System.Runtime.CompilerServices;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Readiness.Checks;

namespace ZabbixDR.Engine.Readiness;

/// <summary>Looks at nodes themselves: the way to them, and what work on them needs. It changes nothing.</summary>
public static class NodeReadiness
{
    /// <summary>Runs all checks on the nodes, and gives them node by node in the order given; one that cannot be reached hides no other.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="profiles">The rights that the login user should have.</param>
    /// <param name="thresholds">What is good enough.</param>
    /// <param name="throttleLimit">How many nodes are asked at once.</param>
    /// <param name="cancellation">Ends all of them.</param>
    public static async IAsyncEnumerable<ReadinessCheck> RunAsync(
        DeploymentSession deployment,
        IEnumerable<INode> nodes,
        IReadOnlyCollection<DrRightsProfile> profiles,
        NodeThresholds thresholds,
        int throttleLimit,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        INodeCheck[] checks =
        [
            new NodeMachine(),
            new NodeClockSkew(thresholds.ClockSkew),
            new NodeProgramsPresent(),
            new NodeFreeRoom(deployment.Topology, thresholds.FreePercent),
            .. profiles.Select(profile => new NodeRights(deployment, profile)),
        ];
        await foreach (var outcome in nodes.ForEachAsync((node, stop) => LookAsync(node, checks, stop), throttleLimit, cancellation).ConfigureAwait(false))
        {
            foreach (var check in outcome.Value ?? [NotAnswering(outcome.Node, outcome.Failure!)])
            {
                yield return check;
            }
        }
    }

    private static async Task<IReadOnlyList<ReadinessCheck>> LookAsync(INode node, IReadOnlyList<INodeCheck> checks, CancellationToken cancellation)
    {
        var found = await NodeProbe.LookAsync(node, cancellation).ConfigureAwait(false);
        var reached = found.State == NodeState.Reachable
            ? ReadinessFinding.Pass(node.Name, "reachable", $"{found.OperatingSystem}, as {found.HostName}")
            : ReadinessFinding.Fail(node.Name, "reachable", found.State.ToString().ToLowerInvariant(), found.Reason!, "See the reason; Get-DrNode looks again.");
        var results = new List<ReadinessCheck> { Result("node.reachable", "The node can be reached", reached, found.Elapsed) };
        foreach (var check in checks)
        {
            var clock = Stopwatch.StartNew();
            var finding = found.State == NodeState.Reachable
                ? await AskAsync(check, node, cancellation).ConfigureAwait(false)
                : ReadinessFinding.Skipped("the node could not be reached") with { Node = node.Name };
            results.Add(Result(check.Id, check.Title, finding, clock.Elapsed));
        }

        return results;
    }

    private static async Task<ReadinessFinding> AskAsync(INodeCheck check, INode node, CancellationToken cancellation)
    {
        try
        {
            return await check.RunAsync(node, cancellation).ConfigureAwait(false);
        }
        catch (DrException failure)
        {
            return ReadinessFinding.Unknown(failure) with { Node = node.Name };
        }
    }

    // Its ssh_config or key cannot be used: the way to it is not even known.
    private static ReadinessCheck NotAnswering(INode node, DrException failure) =>
        Result("node.reachable", "The node can be reached", ReadinessFinding.Unknown(failure, "reachable") with { Node = node.Name }, TimeSpan.Zero);

    private static ReadinessCheck Result(string id, string title, ReadinessFinding finding, TimeSpan duration) => new()
    {
        Id = id,
        Title = title,
        Category = ReadinessCategory.Node,
        Node = finding.Node,
        Status = finding.Status,
        Reason = finding.Reason,
        Expected = finding.Expected,
        Actual = finding.Actual,
        Remediation = finding.Remediation,
        Duration = duration,
    };
}
