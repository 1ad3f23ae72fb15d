using System.Globalization;
using System.Management.Automation;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Pipeline;

/// <summary>A cmdlet that runs a runbook: it shows each step as it ends.</summary>
public abstract class RunCmdlet : DeploymentCmdlet
{
    /// <summary>A sink for steps: progress over all, and a line for each that has ended, which a host shows and <c>6></c> redirects.</summary>
    protected Action<DrStepResult> Steps(IProgress<Engine.OperationProgress> progress)
    {
        var pipeline = SynchronizationContext.Current!;
        return step =>
        {
            progress.Report(new Engine.OperationProgress($"{step.Number}/{step.Of} {step.What}{(step.Node is null ? "" : $" on {step.Node}")}", (step.Number - 1.0) / step.Of, step.Remaining));
            if (step.Status != DrStepStatus.Begun)
            {
                pipeline.Post(_ => WriteInformation(new InformationRecord(new HostInformationMessage { Message = Line(step) }, step.Run) { Tags = { "PSHOST" } }), null);
            }
        };
    }

    /// <summary>Asks whether to start a run of a plan. What only an approved plan may run is refused before that; under <c>-WhatIf</c> its plan may be seen.</summary>
    protected ChangePermit? AskToStart(DrPlan plan)
    {
        if (!IsWhatIf)
        {
            RunControl.RequireStartable(Deployment, plan);
        }

        return AskToRun(plan);
    }

    // The preference is what -WhatIf of a calling function sets; ShouldProcess tells only once it has asked.
    private bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? ((SwitchParameter)given).IsPresent
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    private static string Line(DrStepResult step)
    {
        var mark = step.Status switch { DrStepStatus.Failed => "✗", DrStepStatus.AlreadyDone => "=", _ => "✓" };
        var detail = step.Detail?.ReplaceLineEndings(" ") ?? "";
        return string.Create(CultureInfo.InvariantCulture, $"{step.Number,3}/{step.Of} {mark} {step.Step,-30} {step.Elapsed?.TotalSeconds,6:0.0} s  {(step.Status == DrStepStatus.Failed ? "failed" : detail)}");
    }
}
