namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a repair of etcd's quorum is asked for.</summary>
/// <param name="Survivor">The survivor's node; null for the one that answers, or of several the freshest.</param>
/// <param name="Fenced">Members and sites that do not answer, and that the operator keeps off.</param>
/// <param name="SurvivorOnly">Whether the others stay out.</param>
public sealed record EtcdRepairRequest(string? Survivor, IReadOnlyCollection<string> Fenced, bool SurvivorOnly)
{
    private const string SurvivorInput = "survivor";
    private const string FencedInput = "fenced";
    private const string AloneInput = "survivorOnly";

    /// <summary>The inputs of a plan.</summary>
    internal IReadOnlyDictionary<string, string> ToInputs()
    {
        var inputs = new Dictionary<string, string>();
        if (Survivor is not null)
        {
            inputs[SurvivorInput] = Survivor;
        }

        if (Fenced.Count > 0)
        {
            inputs[FencedInput] = string.Join(',', Fenced);
        }

        if (SurvivorOnly)
        {
            inputs[AloneInput] = "true";
        }

        return inputs;
    }

    /// <summary>What a plan's inputs say.</summary>
    internal static EtcdRepairRequest From(IReadOnlyDictionary<string, string> inputs) => new(
        inputs.GetValueOrDefault(SurvivorInput),
        inputs.GetValueOrDefault(FencedInput)?.Split(',') ?? [],
        inputs.ContainsKey(AloneInput));
}
