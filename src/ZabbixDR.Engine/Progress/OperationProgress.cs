namespace ZabbixDR.Engine;

/// <summary>How far a piece of long work has come.</summary>
/// <param name="Status">What is being done now, in a few words.</param>
/// <param name="Fraction">From 0 to 1; null where the tool does not say.</param>
/// <param name="Remaining">The time left; null where it cannot be told.</param>
public sealed record OperationProgress(string Status, double? Fraction = null, TimeSpan? Remaining = null);
