using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>What the subjects of one diagnosis share: the deployment, facts that several need, and what was found before.</summary>
internal sealed class DiagnosisContext
{
    private readonly List<DrFinding> _found = [];
    private readonly Lazy<Task<PrimaryNode>> _primary;

    /// <summary>Prepares it; nothing is asked yet.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="cancellation">Ends the whole of it; a subject's own limit only its own wait.</param>
    public DiagnosisContext(DeploymentSession deployment, CancellationToken cancellation)
    {
        Deployment = deployment;
        _primary = new(() => FindPrimary.RunAsync(deployment, cancellation));
    }

    public DeploymentSession Deployment { get; }

    /// <summary>The nodes with a PostgreSQL server.</summary>
    public IReadOnlyList<INode> Servers => Deployment.Nodes.With(NodeRole.Postgres);

    /// <summary>The nodes that reach a repository by themselves.</summary>
    public IReadOnlyList<INode> Reaching(Func<RepositorySettings, bool> which) =>
        [.. RepositoryHost.AllWithPgBackRest(Deployment).Where(node => RepositoryHost.ReachedBy(Deployment.Topology, node.Definition).Any(which))];

    /// <summary>The running primary.</summary>
    public Task<PrimaryNode> PrimaryAsync(CancellationToken cancellation) => _primary.Value.WaitAsync(cancellation);

    /// <summary>Keeps what a subject found, for those that come after it.</summary>
    public void Add(IEnumerable<DrFinding> findings) => _found.AddRange(findings);

    /// <summary>The fault of an earlier subject on a node from which one there follows; null where there was none.</summary>
    public string? CauseOn(string node, params DrSubject[] subjects) =>
        _found.Find(finding => finding.Status == ReadinessStatus.Fail && finding.Node == node && subjects.Contains(finding.Subject))?.Id;

    /// <summary>Looks at several nodes at once, and gives what was found in the order of the nodes; one that cannot be asked hides no other.</summary>
    public static async Task<IReadOnlyList<DrFinding>> OnEachAsync(
        DrSubject subject, IEnumerable<INode> nodes, Func<INode, CancellationToken, Task<IReadOnlyList<DrFinding>>> look, CancellationToken cancellation)
    {
        var findings = new List<DrFinding>();
        await foreach (var outcome in nodes.ForEachAsync(look, NodeFanOut.DefaultThrottleLimit, cancellation).ConfigureAwait(false))
        {
            findings.AddRange(outcome.Value ?? [Look.Unknown(subject, outcome.Failure!) with { Node = outcome.Node.Name }]);
        }

        return findings;
    }
}
