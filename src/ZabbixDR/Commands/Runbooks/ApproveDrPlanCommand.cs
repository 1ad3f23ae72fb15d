using System.Management.Automation;
using ZabbixDR.Engine.Runbooks.Plans;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Approves a saved plan by your SSH key.</summary>
/// <remarks>
/// Shows the plan, and adds to its file who approves, when, and an SSH signature over the plan (ssh-keygen, namespace plan@zabbixdr). Whoever
/// changes a letter of the plan afterwards makes the approval void. The topology's approval.allowedSigners says whose keys count, and
/// who you are. It needs no node. ssh-keygen asks for the key's passphrase itself; an agent or a hardware key does as well.
///
/// Invoke-DrPlan demands the approval of another person than the plan's maker: of one whose name before the at sign is another.
/// So people who plan need accounts of their own: of a plan that was made as root, nobody knows the maker.
/// </remarks>
/// <example>
/// <code>Approve-DrPlan ./restore.yaml</code>
/// <para>Shows the plan, asks, and signs with ~/.ssh/id_ed25519.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Approve, "DrPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrPlan))]
public sealed class ApproveDrPlanCommand : DeploymentCmdlet
{
    /// <summary>The plan's file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The private key, or its public half where an agent holds it; ~/.ssh/id_ed25519 by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string KeyFile { get; set; } = System.IO.Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh", "id_ed25519");

    /// <summary>Who you are in the allowed signers' file; needed where that has your key for several.</summary>
    [Parameter]
    [Form(TextForm.OneWord)]
    public string? Principal { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var saved = PlanFile.Read(FileSystemPath(Path));
        PlanApprovals.RequireSigners(Deployment, saved);
        var text = PlanText.Of(saved.Plan);
        if (!Ask(() => ShouldProcess(text, $"{text}\nMade by {saved.Plan.CreatedBy} at {saved.Plan.CreatedAt:u}. Approve it?", $"Approve {saved.Plan.Title}")))
        {
            return;
        }

        var principal = await PlanApprovals.ApproveAsync(Deployment, saved, FileSystemPath(KeyFile), Principal, cancellation);
        if (PlanApprovals.IsMaker(saved.Plan, principal))
        {
            WriteWarning($"You ({principal}) made this plan: another person's approval is needed as well.");
        }

        WriteObject(saved.Plan);
    }
}
