using System.Management.Automation;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Removes a backup set with all that builds on it, or without a label what retention no longer covers.</summary>
/// <remarks>
/// Asks pgBackRest first what would go, by a dry run, and lists it with the exact command: the set, the sets that build on it, and the WAL that no set needs
/// any more. The only full set of the database in a repository never goes. Refused is it too while another pgBackRest works on the stanza, on whichever
/// node, or a run of a runbook holds the node. Afterwards the repositories are read again: what was listed must be gone, and nothing else.
/// Removed sets are written. Which retention holds stands in the node's own pgbackrest.conf; each backup expires by it too.
/// </remarks>
/// <example>
/// <code>Remove-PgBackRestBackup 20260314-024512F -WhatIf</code>
/// <para>Lists what would go with that set, and removes nothing.</para>
/// </example>
/// <example>
/// <code>Get-PgBackRestBackup | Where-Object HasPageErrors | Remove-PgBackRestBackup</code>
/// <para>Removes the sets in which pages were damaged, each after a question.</para>
/// </example>
/// <example>
/// <code>Remove-PgBackRestBackup -Confirm:$false</code>
/// <para>Removes what retention no longer covers, such as after it was made smaller.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "PgBackRestBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Retention")]
[OutputType(typeof(PgBackRestBackup))]
public sealed class RemovePgBackRestBackupCommand : DeploymentCmdlet
{
    private readonly List<PgBackRestBackup> _piped = [];

    /// <summary>The set's label.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Label")]
    [Form(TextForm.BackupLabel)]
    public string? Label { get; set; }

    /// <summary>The sets that are meant, as Get-PgBackRestBackup gives them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Piped", ValueFromPipeline = true)]
    public PgBackRestBackup[] InputObject { get; set; } = [];

    /// <summary>Only in the repository with this number.</summary>
    [Parameter(ParameterSetName = "Label")]
    [Parameter(ParameterSetName = "Retention")]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that a removal may take; 4 hours by default. It grows with the number of files.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = ExpireRequest.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellation)
    {
        _piped.AddRange(InputObject);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        // A pipeline that gave nothing means nothing, and not what retention no longer covers.
        if (!MyInvocation.ExpectingInput && ParameterSetName != "Piped")
        {
            await RemoveAsync(new ExpireRequest(Label, Repository, TimeLimit), cancellation);
            return;
        }

        // A full set comes before what builds on it, which goes with it.
        var gone = new HashSet<(int, string)>();
        foreach (var set in _piped.DistinctBy(set => (set.Repository, set.Label)).OrderBy(set => set.Label, StringComparer.Ordinal))
        {
            if (set.Stanza != Deployment.PgBackRest.Stanza)
            {
                WriteFailure(ExpireBackups.StanzaDiffers(set, Deployment.PgBackRest.Stanza));
            }
            else if (!gone.Contains((set.Repository, set.Label)))
            {
                gone.UnionWith((await RemoveAsync(new ExpireRequest(set.Label, set.Repository, TimeLimit), cancellation)).Select(one => (one.Repository, one.Label)));
            }
        }
    }

    private async Task<IReadOnlyList<PgBackRestBackup>> RemoveAsync(ExpireRequest request, CancellationToken cancellation)
    {
        try
        {
            var work = await ExpireBackups.PrepareAsync(Deployment, request, cancellation);
            if (!work.IsNeeded)
            {
                WriteVerbose($"{work.Title}: nothing would go.");
            }
            else if (AskToChange(work.Text, "Remove this?", work.Title) is { } permit)
            {
                var removed = await work.RunAsync(permit, Messages(), cancellation);
                WriteObject(removed, enumerateCollection: true);
                return removed;
            }
        }
        catch (DrException failure) when (failure.Kind is not (DrErrorKind.Precondition or DrErrorKind.InvalidInput))
        {
            WriteFailure(failure);
        }

        return [];
    }
}
