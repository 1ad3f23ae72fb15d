using System.Management.Automation;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Goes on with a run that broke off.</summary>
/// <remarks>
/// Reads the run's journal here and on the nodes, takes the lock again with a higher number, so that a process that still worked on the run
/// can change nothing any more, and looks at each step that is not proven to be done: one that was done already is not done again.
/// It works from another management host too: the nodes keep the plan.
/// </remarks>
/// <example>
/// <code>Get-DrRun | Where-Object Status -in Failed, Unfinished | Select-Object -First 1 | Resume-DrRun</code>
/// <para>Goes on with the newest run that has not come to its end.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "DrRun", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrRun))]
public sealed class ResumeDrRunCommand : RunCmdlet
{
    /// <summary>The run's id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        if (AskToChange(Id, "Go on with the run") is not { } permit)
        {
            return;
        }

        using var progress = Progress($"Going on with run {Id}");
        WriteObject(await RunControl.ResumeAsync(Deployment, Id, permit, Steps(progress), Messages(), cancellation));
    }
}
