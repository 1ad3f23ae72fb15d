using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>Gives approvals, and judges those that a plan has.</summary>
public static class PlanApprovals
{
    /// <summary>Signs a plan's file, and adds the approval to it once the allowed signers' file bears it out.</summary>
    /// <param name="deployment">The deployment, whose topology names the allowed signers.</param>
    /// <param name="saved">The plan.</param>
    /// <param name="keyFile">The private key, or its public half where an agent holds it.</param>
    /// <param name="principal">Who approves; null for the one whom the file names for the key.</param>
    /// <param name="cancellation">Ends it; nothing is written then.</param>
    /// <returns>Who has approved, as the file names them.</returns>
    /// <exception cref="DrException">
    /// <c>ApprovalNotConfigured</c>, <c>SignerUnknown</c>, <c>SignerAmbiguous</c>, <c>ApprovalInvalid</c>, <c>PlanOfAnotherDeployment</c>,
    /// <c>SigningFailed</c>, <c>SshKeygenMissing</c>.
    /// </exception>
    public static async Task<string> ApproveAsync(DeploymentSession deployment, SavedPlan saved, string keyFile, string? principal, CancellationToken cancellation)
    {
        var allowed = RequireSigners(deployment, saved);
        var at = DateTimeOffset.UtcNow;
        var signature = await SshKeygen.SignAsync(keyFile, PlanApproval.Message(saved.Content, at), cancellation).ConfigureAwait(false);
        principal ??= await SshKeygen.FindPrincipalsAsync(allowed, signature, cancellation).ConfigureAwait(false) switch
        {
            [] => throw SignerUnknown(keyFile, allowed),
            [var one] when one.IndexOfAny(['*', '?', ',']) < 0 => one,
            var several => throw SignerAmbiguous(keyFile, allowed, several),
        };
        var approval = new PlanApproval(at, principal, signature);
        await VerifyAsync(allowed, saved, approval, cancellation).ConfigureAwait(false);
        PlanFile.Add(saved, approval);
        return principal;
    }

    /// <summary>Demands that a plan can be approved here at all: asked before a person is.</summary>
    /// <returns>The allowed signers' file.</returns>
    /// <exception cref="DrException"><c>ApprovalNotConfigured</c>, <c>AllowedSignersMissing</c>, <c>PlanOfAnotherDeployment</c>.</exception>
    public static string RequireSigners(DeploymentSession deployment, SavedPlan saved)
    {
        PlanControl.RequireSameDeployment(deployment, saved.Plan);
        var allowed = deployment.Topology.Approval?.AllowedSigners ?? throw ApprovalNotConfigured(deployment);
        RequireFile(allowed);
        return allowed;
    }

    /// <summary>Demands that every approval is good, and that there are those that the topology demands.</summary>
    /// <returns>What is to be told to who runs the plan; null for nothing.</returns>
    /// <exception cref="DrException"><c>ApprovalInvalid</c>, <c>ApprovalMissing</c>, <c>SshKeygenMissing</c>.</exception>
    internal static async Task<string?> RequireAsync(DeploymentSession deployment, SavedPlan saved, CancellationToken cancellation)
    {
        var allowed = deployment.Topology.Approval?.AllowedSigners;
        if (allowed is not null)
        {
            RequireFile(allowed);
        }

        foreach (var approval in saved.Approvals)
        {
            await VerifyAsync(allowed, saved, approval, cancellation).ConfigureAwait(false);
        }

        if (allowed is null)
        {
            return saved.Approvals.Count == 0
                ? null
                : $"The approvals of {saved.Path} fit the plan, and count for nothing: the topology names no allowed signers (approval.allowedSigners), so that nobody knows whose keys they are.";
        }

        return saved.Approvals.Any(approval => !IsMaker(saved.Plan, approval.By)) ? null : throw ApprovalMissing(saved.Plan, saved.Approvals);
    }

    /// <summary>Whether a principal is who made a plan: the same user and host, or the same user name before an at sign.</summary>
    public static bool IsMaker(DrPlan plan, string principal) =>
        string.Equals(User(principal), User(plan.CreatedBy), StringComparison.OrdinalIgnoreCase);

    /// <summary>The refusal of a plan that nobody else has approved.</summary>
    internal static DrException ApprovalMissing(DrPlan plan, IReadOnlyList<PlanApproval> approvals) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Looking who approved the plan {plan.Id}",
        approvals.Count == 0 ? "nobody did, and the topology demands it (approval)" : $"only {string.Join(", ", approvals.Select(one => one.By).Distinct())} did, who made it as {plan.CreatedBy}",
        "Save the plan (New-DrPlan -OutFile), let another person review and approve it (Approve-DrPlan), and run it with Invoke-DrPlan -Path.");

    private static string User(string name) => name.Split('@')[0];

    private static async Task VerifyAsync(string? allowed, SavedPlan saved, PlanApproval approval, CancellationToken cancellation)
    {
        if (await SshKeygen.VerifyAsync(allowed, approval.By, approval.Signature, PlanApproval.Message(saved.Content, approval.At), cancellation).ConfigureAwait(false) is { } said)
        {
            throw ApprovalInvalid(saved, approval, said);
        }
    }

    private static void RequireFile(string allowed)
    {
        if (!File.Exists(allowed))
        {
            throw AllowedSignersMissing(allowed);
        }
    }

    private static DrException ApprovalNotConfigured(DeploymentSession deployment) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Approving a plan",
        $"{deployment.Topology.Path} names no allowed signers: nobody could tell whose approval it is",
        "Set approval.allowedSigners there to a file as of ssh-keygen(1), ALLOWED SIGNERS.");

    private static DrException AllowedSignersMissing(string allowed) => DrException.Of(
        DrErrorKind.Precondition, null, $"Reading the allowed signers {allowed}", "there is no such file on this machine", "Correct approval.allowedSigners in the topology, or put the file there.");

    private static DrException SignerUnknown(string keyFile, string allowed) => DrException.Of(
        DrErrorKind.Permission, null, $"Looking for {keyFile} in {allowed}", "its key is not among the allowed signers", "Let who keeps that file add the key with its principal, or sign with another.");

    private static DrException SignerAmbiguous(string keyFile, string allowed, IReadOnlyList<string> principals) => DrException.Of(
        DrErrorKind.InvalidInput, null, $"Looking for {keyFile} in {allowed}", $"its key stands for {string.Join(" and ", principals)}", "Say who you are with -Principal.");

    private static DrException ApprovalInvalid(SavedPlan saved, PlanApproval approval, string said) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Checking the approval of {saved.Path} by {approval.By}",
        $"the signature does not hold: {said}",
        "The plan was changed after it was approved, or the signer is none of the allowed ones: do not run it. Make a new plan with New-DrPlan.");
}
