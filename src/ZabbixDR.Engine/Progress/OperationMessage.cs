namespace ZabbixDR.Engine;

/// <summary>A line that a tool on a node printed while it worked, and that a person may want to see.</summary>
/// <param name="IsWarning">Whether the tool warned.</param>
/// <param name="Text">What it said.</param>
public sealed record OperationMessage(bool IsWarning, string Text);
