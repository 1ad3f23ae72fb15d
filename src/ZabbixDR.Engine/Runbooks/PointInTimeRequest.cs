using System.Globalization;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a point-in-time recovery is asked for.</summary>
/// <param name="Goal">Where it shall stop.</param>
/// <param name="Set">The set to restore; null for the last that reaches it.</param>
/// <param name="Repository">The repository's number; null for any.</param>
/// <param name="Timeline">The timeline to follow; null for the newest that reaches it.</param>
/// <param name="Node">The node to recover on; null for the primary.</param>
public sealed record PointInTimeRequest(PgRecoveryGoal Goal, string? Set, int? Repository, int? Timeline, string? Node)
{
    private const string KindInput = "goal";
    private const string ValueInput = "target";
    private const string ExclusiveInput = "exclusive";
    internal const string SetInput = "set";
    private const string RepositoryInput = "repository";
    private const string TimelineInput = "timeline";
    private const string NodeInput = "node";

    internal RecoverySearch Search => new(Goal, Set, Repository, Timeline);

    /// <summary>The inputs of a plan; what a step of it needs of the goal is named alike.</summary>
    internal Dictionary<string, string> ToInputs()
    {
        var inputs = new Dictionary<string, string> { [KindInput] = Goal.Kind.ToString() };
        Add(ValueInput, Goal.Value);
        Add(ExclusiveInput, Goal.IsExclusive ? "true" : null);
        Add(SetInput, Set);
        Add(RepositoryInput, Repository?.ToString(CultureInfo.InvariantCulture));
        Add(TimelineInput, Timeline?.ToString(CultureInfo.InvariantCulture));
        Add(NodeInput, Node);
        return inputs;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                inputs[name] = value;
            }
        }
    }

    /// <summary>What a plan's inputs, or a step's arguments, say.</summary>
    internal static PointInTimeRequest From(IReadOnlyDictionary<string, string> inputs) => new(
        new PgRecoveryGoal(Enum.Parse<PgRecoveryGoalKind>(inputs[KindInput]), inputs.GetValueOrDefault(ValueInput), inputs.ContainsKey(ExclusiveInput)),
        inputs.GetValueOrDefault(SetInput),
        Number(inputs.GetValueOrDefault(RepositoryInput)),
        Number(inputs.GetValueOrDefault(TimelineInput)),
        inputs.GetValueOrDefault(NodeInput));

    private static int? Number(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);
}
