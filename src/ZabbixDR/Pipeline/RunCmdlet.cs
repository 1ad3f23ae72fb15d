using System.Globalization;
using System.Management.Automation;
using System.Text;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Pipeline;

/// <summary>A cmdlet that runs a runbook: it shows the plan where it asks, and each step as it ends.</summary>
public abstract class RunCmdlet : DeploymentCmdlet
{
    /// <summary>Asks whether to run a plan, and shows it whole; under <c>-WhatIf</c> that is all. The permit is null where the answer is no.</summary>
    protected ChangePermit? AskToRun(DrPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var text = Text(plan);
        return ShouldProcess(text, $"{text}\nRun these {plan.Steps.Count} steps?", plan.Title) ? ChangePermit.AfterConsent(plan.Title) : null;
    }

    /// <summary>A sink for steps: progress over all, and a line for each that has ended, which a host shows and <c>6></c> redirects.</summary>
    protected Action<DrStepResult> Steps(IProgress<Engine.OperationProgress> progress)
    {
        var pipeline = SynchronizationContext.Current!;
        return step =>
        {
            progress.Report(new Engine.OperationProgress($"{step.Number}/{step.Of} {step.What}{(step.Node is null ? "" : $" on {step.Node}")}", (step.Number - 1.0) / step.Of));
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

    private static string Text(DrPlan plan)
    {
        var text = new StringBuilder($"{plan.Title} (run {plan.Id})\n");
        foreach (var fact in plan.Observed)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {fact.Name}: {fact.Value}\n");
        }

        foreach (var (step, index) in plan.Steps.Select((step, index) => (step, index)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{index + 1,3}. {(step.Node is null ? "" : $"{step.Node}: ")}{step.What}{(step.Destructive ? " [takes away]" : "")}\n");
            foreach (var command in step.Commands)
            {
                text.Append(CultureInfo.InvariantCulture, $"       {command}\n");
            }
        }

        return text.ToString();
    }
}
