namespace ZabbixDR;

/// <summary>What a runbook is going to do, in order, and what it found when it decided so. The list is what runs.</summary>
public sealed record DrPlan
{
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

    /// <summary>What it was made from.</summary>
    public IReadOnlyList<DrObservation> Observed { get; init; } = [];

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<DrPlanStep> Steps { get; init; }
}
