namespace ZabbixDR;

/// <summary>A run of a runbook, as its journal tells it.</summary>
public sealed record DrRun
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The runbook.</summary>
    public required string Runbook { get; init; }

    /// <summary>What it is for, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>How it stands.</summary>
    public required DrRunStatus Status { get; init; }

    /// <summary>The run that it goes back from; null for one that goes forward.</summary>
    public string? Undoes { get; init; }

    /// <summary>The run that goes back from it, or has; null where none does.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, in UTC; null where its end was never written.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>From its beginning to its end, with the time in which nobody worked on it; null where it has not ended.</summary>
    public TimeSpan? Elapsed => EndedAt - StartedAt;

    /// <summary>Who ran it last: user and host.</summary>
    public required string Operator { get; init; }

    /// <summary>Its steps.</summary>
    public required IReadOnlyList<DrStepResult> Steps { get; init; }

    /// <summary>Where its journal was found: <c>here</c>, and the names of nodes.</summary>
    public required IReadOnlyList<string> FoundAt { get; init; }

    /// <summary>How many steps are done.</summary>
    public int Done => Steps.Count(step => step.Status is DrStepStatus.Done or DrStepStatus.AlreadyDone);

    /// <summary>The step that it stands at: what failed, was begun, or comes next; null where all are done.</summary>
    public DrStepResult? At => Steps.FirstOrDefault(step => step.Status is not (DrStepStatus.Done or DrStepStatus.AlreadyDone));
}
