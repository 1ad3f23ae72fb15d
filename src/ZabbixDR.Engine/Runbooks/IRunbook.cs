namespace ZabbixDR.Engine.Runbooks;

/// <summary>A runbook: it observes and plans, and knows the work behind each step of its plans.</summary>
internal interface IRunbook
{
    /// <summary>The work behind a step.</summary>
    IStepWork Work(DrPlanStep step);
}
