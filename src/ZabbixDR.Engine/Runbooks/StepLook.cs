namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a look at a step's subject found.</summary>
/// <param name="IsDone">Whether the step is done.</param>
/// <param name="Detail">What was seen.</param>
internal sealed record StepLook(bool IsDone, string Detail)
{
    public static StepLook Done(string detail) => new(true, detail);

    public static StepLook NotDone(string detail) => new(false, detail);
}
