using System.Globalization;
using System.Management.Automation;

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

    private static string Line(DrStepResult step)
    {
        var mark = step.Status switch { DrStepStatus.Failed => "✗", DrStepStatus.AlreadyDone => "=", _ => "✓" };
        var detail = step.Detail?.ReplaceLineEndings(" ") ?? "";
        return string.Create(CultureInfo.InvariantCulture, $"{step.Number,3}/{step.Of} {mark} {step.Step,-20} {step.Elapsed?.TotalSeconds,6:0.0} s  {(step.Status == DrStepStatus.Failed ? "failed" : detail)}");
    }
}
