using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Takes a backup of the PostgreSQL cluster on its current leader.</summary>
/// <remarks>
/// Finds the node that is the primary by PostgreSQL's own word, refuses where the topology names a mount for the repository and it is not
/// there, runs pgBackRest there as the database's user, and shows how far it is.
/// At the end the new set is read back from the repository: it is returned only if it is there, has its WAL, and no page checksum was
/// wrong. Ctrl+C ends pgBackRest on the node and frees its lock; the next backup may go on where this one was. Where there is nothing
/// that a differential or incremental set could build on, pgBackRest makes a full one and warns. Old sets expire as the retention in the
/// node's own configuration says.
/// </remarks>
/// <example>
/// <code>Invoke-PgBackRestBackup -Type Diff</code>
/// <para>Backs up what changed since the last full set.</para>
/// </example>
/// <example>
/// <code>Invoke-PgBackRestBackup -Type Full -WhatIf</code>
/// <para>Says which node would be asked to run which command, and changes nothing.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "PgBackRestBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PgBackRestBackup))]
public sealed class InvokePgBackRestBackupCommand : DeploymentCmdlet
{
    /// <summary>What the set shall hold: everything, what changed since the last full set, or what changed since the last set of any type.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public PgBackRestBackupType Type { get; set; }

    /// <summary>The number of the repository that the set goes to; by default the first that the node's configuration names.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that the backup may run, 24 hours by default. It grows with the database; one that runs longer is ended.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan TimeLimit { get; set; } = BackupRequest.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var backup = await BackUpOnLeader.PrepareAsync(Deployment, new BackupRequest(Type, Repository, TimeLimit), cancellation);
        if (AskToChange($"{backup.Leader.Name}, stanza {backup.Stanza}", $"Back up with: {backup.Command}") is not { } permit)
        {
            return;
        }

        using var progress = Progress($"Backing up {backup.Stanza} on {backup.Leader.Name}");
        WriteObject(await backup.RunAsync(permit, progress, Messages(), cancellation));
    }
}
