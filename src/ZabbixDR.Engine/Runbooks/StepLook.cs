namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a look at a step's subject found.</summary>
/// <param name="IsDone">Whether the step is done.</param>
/// <param name="Detail">What was seen.</param>
internal sealed record StepLook(bool IsDone, string Detail)
{
    /// <summary>What was seen, by name, for the run's result; kept in the journal.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    public static StepLook Done(string detail) => new(true, detail);

    public static StepLook NotDone(string detail) => new(false, detail);
}
