namespace ZabbixDR.Engine.Operations;

/// <summary>Makes the verdicts of a comparison.</summary>
internal static class TopologyChecks
{
    /// <summary>Passes where both are the same.</summary>
    /// <param name="id">The fact's id.</param>
    /// <param name="node">The node; null where it is not about one.</param>
    /// <param name="key">The key of the file.</param>
    /// <param name="expected">What the file says; null where it leaves it to others, and so anything will do.</param>
    /// <param name="actual">What was found; null where there is none.</param>
    public static TopologyCheck Same(string id, string? node, string key, string? expected, string? actual) =>
        expected is null || expected == actual
            ? new() { Id = id, Node = node, Key = key, Status = ReadinessStatus.Pass, Expected = expected, Actual = actual }
            : Fail(id, node, key, expected, actual ?? "absent", $"{key} is {expected} in the file, and {actual ?? "absent"} in reality");

    /// <summary>The two differ.</summary>
    public static TopologyCheck Fail(string id, string? node, string? key, string? expected, string actual, string reason) => new()
    {
        Id = id,
        Node = node,
        Key = key,
        Status = ReadinessStatus.Fail,
        Expected = expected,
        Actual = actual,
        Reason = reason,
        Remediation = "Correct the topology file, or what it describes.",
    };

    /// <summary>The two differ in a way that may be meant.</summary>
    public static TopologyCheck Warn(string id, string? node, string? key, string? expected, string actual, string reason, string remediation) =>
        Fail(id, node, key, expected, actual, reason) with { Status = ReadinessStatus.Warn, Remediation = remediation };

    /// <summary>It could not be asked.</summary>
    public static TopologyCheck Unknown(string id, string? node, string? key, DrException failure) => new()
    {
        Id = id,
        Node = node,
        Key = key,
        Status = ReadinessStatus.Error,
        Reason = failure.Message,
        Remediation = failure.Remedy,
    };

    /// <summary>Runs a comparison; where it cannot be made, that is its one verdict.</summary>
    public static async Task<IReadOnlyList<TopologyCheck>> OrUnknownAsync(string id, string? node, string? key, Func<Task<IReadOnlyList<TopologyCheck>>> compare)
    {
        var (checks, failure) = await DrException.TryAsync(compare).ConfigureAwait(false);
        return checks ?? [Unknown(id, node, key, failure!)];
    }
}
