namespace ZabbixDR.Engine;

/// <summary>The failures of several nodes, for one error that tells of them all.</summary>
/// <param name="failures">Each node's name and failure.</param>
internal sealed class NodeFailures(IEnumerable<(string Node, DrException Failure)> failures)
{
    private readonly List<(string Node, DrException Failure)> _failures = [.. failures];

    /// <summary>What came back from each node, without what to do about it.</summary>
    public string Findings => string.Join("; ", _failures.Select(one => $"{one.Node}: {one.Failure.Finding}"));

    /// <summary>What a person should do, each thing once: nodes that are down for one reason have one remedy.</summary>
    public string Remedies => string.Join(" ", _failures.Select(one => one.Failure.Remedy).Distinct(StringComparer.Ordinal));
}
