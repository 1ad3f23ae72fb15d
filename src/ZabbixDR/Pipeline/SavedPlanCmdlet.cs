using System.Management.Automation;
using ZabbixDR.Engine.Runbooks.Plans;

namespace ZabbixDR.Pipeline;

/// <summary>A cmdlet whose plan is saved where a file is named.</summary>
public abstract class SavedPlanCmdlet : DeploymentCmdlet
{
    /// <summary>The file to save the plan to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The file that was named, which is free or may be replaced; null where none was.</summary>
    protected string? FreeFile()
    {
        var file = FileSystemPath(OutFile);
        if (file is not null)
        {
            PlanFile.RequireFree(file, Force);
        }

        return file;
    }

    /// <summary>Saves a plan, and gives it as it was saved.</summary>
    protected DrPlan Save(DrPlan plan, string file) => PlanFile.Save(plan, file, Force).Plan;
}
