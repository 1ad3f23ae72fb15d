using System.Management.Automation;
using ZabbixDR.Engine.Diagnosis;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Readiness;

/// <summary>Finds out why backups, the repository or WAL archiving do not work.</summary>
/// <remarks>
/// Walks through what can be wrong, from the cause towards the symptom: the storage of the repositories on each node (file server, mount, owner,
/// rights, room), the object store (its name, the way to it, certificate, clock, keys, bucket, region, URI style), pgBackRest's
/// configuration and stanza against the running server, and the archiver. Each finding says what is wrong, what was looked at, and what to do;
/// CausedBy names the finding that it follows from, which is the one to mend. A subject with which nothing is wrong passes, one
/// that could not be looked at is an Error and never left out. Nothing is changed. Some of what it looks at needs the rights of profile Operate.
/// </remarks>
/// <example>
/// <code>Debug-DrDeployment</code>
/// <para>Looks at everything.</para>
/// </example>
/// <example>
/// <code>Debug-DrDeployment Archiving | Format-List</code>
/// <para>Shows why WAL is not archived, with the evidence.</para>
/// </example>
/// <example>
/// <code>Debug-DrDeployment | Where-Object { $_.Status -eq 'Fail' -and -not $_.CausedBy }</code>
/// <para>Shows the causes alone.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Debug, "DrDeployment")]
[OutputType(typeof(DrFinding))]
public sealed class DebugDrDeploymentCommand : DeploymentCmdlet
{
    /// <summary>What to look at; everything by default. What a subject may follow from is looked at too, and not shown.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public DrSubject[] Subject { get; set; } = Enum.GetValues<DrSubject>();

    /// <summary>The longest that one subject may take on all nodes; 3 minutes by default. What takes longer is an Error.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = DiagnosisRun.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        using var progress = Progress("Looking for what is wrong");
        await foreach (var finding in DiagnosisRun.RunAsync(Deployment, Subject, TimeLimit, progress, cancellation))
        {
            WriteObject(finding);
        }
    }
}
