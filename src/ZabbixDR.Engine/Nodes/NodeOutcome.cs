namespace ZabbixDR.Engine.Nodes;

/// <summary>What one node gave, of several that were asked at once.</summary>
/// <param name="Node">The node.</param>
/// <param name="Value">Its answer; default where it failed.</param>
/// <param name="Failure">Its failure; null where it answered.</param>
public sealed record NodeOutcome<T>(INode Node, T? Value, DrException? Failure);
