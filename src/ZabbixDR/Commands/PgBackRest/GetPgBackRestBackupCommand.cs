using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Gets the backup sets in the repositories, oldest first.</summary>
/// <remarks>
/// Asks pgBackRest on the leader or, where no leader can be found, on the first node with role postgres or repository that answers; each
/// set's Source says which. A repository that cannot be read, or that holds no such stanza, is an error, never an empty list.
/// </remarks>
/// <example>
/// <code>Get-PgBackRestBackup</code>
/// <para>Lists all sets.</para>
/// </example>
/// <example>
/// <code>Get-PgBackRestBackup -Latest -Type Full | Format-List</code>
/// <para>Shows everything about the newest full set.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "PgBackRestBackup")]
[OutputType(typeof(PgBackRestBackup))]
public sealed class GetPgBackRestBackupCommand : DeploymentCmdlet
{
    /// <summary>Only sets of these types.</summary>
    [Parameter]
    public PgBackRestBackupType[]? Type { get; set; }

    /// <summary>Only the set that ended last, of those that the other parameters leave.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>Only sets in the repository with this number.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var content = await ReadBackups.FromAnyNodeAsync(Deployment, Repository, cancellation);
        var chosen = content.Backups.Where(backup => Type is null || Type.Contains(backup.Type)).ToList();
        WriteObject(Latest ? chosen.TakeLast(1) : chosen, enumerateCollection: true);
        foreach (var failure in content.Failures)
        {
            WriteFailure(failure);
        }
    }
}
