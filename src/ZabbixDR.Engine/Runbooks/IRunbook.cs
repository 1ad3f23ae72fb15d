namespace ZabbixDR.Engine.Runbooks;

/// <summary>A runbook: it observes and plans, and knows the work behind each step of its plans.</summary>
internal interface IRunbook
{
    /// <summary>The work behind a step.</summary>
    IStepWork Work(DrPlanStep step);

    /// <summary>How a node stands by what was done on it, in some words, for who has to decide after a failure.</summary>
    /// <param name="steps">The plan's steps on the node, in order, and how each stands; one of them at least was begun.</param>
    string Describe(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps)
    {
        var touched = steps.Last(step => step.Status != DrStepStatus.Waiting);
        return $"{steps.Count(step => step.Status is DrStepStatus.Done or DrStepStatus.AlreadyDone)} of {steps.Count} steps done, the last one {(touched.Status is DrStepStatus.Done or DrStepStatus.AlreadyDone ? "done" : "begun")}: {touched.Step.What}";
    }

    /// <summary>The error for a step that a runbook does not know.</summary>
    static DrException StepUnknown(string runbook, DrPlanStep step) => DrException.Of(
        DrErrorKind.InvalidInput,
        step.Node,
        $"Finding the work of step {step.Id}",
        $"this version of the runbook {runbook} knows no '{step.Kind}'",
        "The plan was made by another version of the module: use that.");
}
