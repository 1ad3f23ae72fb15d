namespace ZabbixDR;

/// <summary>What a runbook is going to do, in order, and what it found when it decided so. The list is what runs.</summary>
public sealed record DrPlan
{
    private readonly IReadOnlyDictionary<string, string> _inputs = new Dictionary<string, string>();

    /// <summary>The run's id: its start in UTC and a random end, so that two hosts never make the same.</summary>
    public required string Id { get; init; }

    /// <summary>The runbook.</summary>
    public required string Runbook { get; init; }

    /// <summary>What it is for, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>The deployment's name in the topology.</summary>
    public required string Deployment { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it: user and host.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The module's version.</summary>
    public required string ModuleVersion { get; init; }

    /// <summary>What was asked for, by name: with it the plan can be made again. Empty in journals of versions that did not write it down.</summary>
    public IReadOnlyDictionary<string, string> Inputs
    {
        get => _inputs;
        init => _inputs = value ?? new Dictionary<string, string>();
    }

    /// <summary>The run that it goes back from; null for a plan that goes forward.</summary>
    public string? Undoes { get; init; }

    /// <summary>What it was made from, and what must still be so when it runs; nothing that moves all the time.</summary>
    public IReadOnlyList<DrObservation> Observed { get; init; } = [];

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<DrPlanStep> Steps { get; init; }

    /// <summary>The sum of what its steps are expected to take, of those of which that is known; null where it is known of none.</summary>
    public TimeSpan? Expected => Steps.Any(step => step.Expected is not null)
        ? Steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + (step.Expected ?? TimeSpan.Zero))
        : null;
}
