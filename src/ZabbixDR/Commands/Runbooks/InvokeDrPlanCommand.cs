using System.Management.Automation;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Engine.Runbooks.Plans;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Runs a plan that was made before, if it still fits.</summary>
/// <remarks>
/// Looks at the nodes again and makes the plan anew of what was asked for: where anything that it was made from is another by now (the primary,
/// its timeline, etcd's cluster, a version, the snapshot's content), or a step would be, it is refused, and the error names each difference.
/// Refused are also a plan of another deployment, one that was run already, and one that was changed after it was written or approved.
///
/// Where the topology names allowed signers (approval), the plan's file must hold the approval of another person than its maker; every
/// approval in it must be good. Where it does not, approvals are looked at for whether they fit the plan, and count for nothing else.
///
/// -WhatIf looks at all of this too, shows the plan, and does nothing. The run itself is as of the runbook's own command: journal, lock, Resume-DrRun.
/// </remarks>
/// <example>
/// <code>Invoke-DrPlan ./restore.yaml</code>
/// <para>Checks the plan, shows it, asks, and runs it.</para>
/// </example>
/// <example>
/// <code>New-DrPlan -EtcdSnapshot ./etcd.db | Invoke-DrPlan -WhatIf</code>
/// <para>Shows a plan without a file.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "DrPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrRun))]
public sealed class InvokeDrPlanCommand : RunCmdlet
{
    /// <summary>The plan's file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File", ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>A plan from New-DrPlan. It has no approvals: those are kept in its file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Plan", ValueFromPipeline = true)]
    [ValidateNotNull]
    public DrPlan? Plan { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var plan = Plan is null
            ? await PlanControl.CheckAsync(Deployment, PlanFile.Read(FileSystemPath(Path)), cancellation)
            : await PlanControl.CheckAsync(Deployment, Plan, cancellation);
        if (plan.Notice is not null)
        {
            WriteWarning(plan.Notice);
        }

        if (AskToRun(plan.Plan) is not { } permit)
        {
            return;
        }

        using var progress = Progress(plan.Plan.Title);
        WriteObject(await RunControl.InvokeAsync(Deployment, plan, permit, Steps(progress), Messages(), cancellation));
    }
}
