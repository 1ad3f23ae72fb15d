using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Takes a backup of the PostgreSQL cluster on its current leader, or on the repository's host.</summary>
/// <remarks>
/// Finds the node that is the primary by PostgreSQL's own word, runs pgBackRest there as the database's user, and shows how far it is. Where
/// the topology names a host for the repository, pgBackRest runs there, and finds the primary by itself.
/// Refuses, before anything is asked: where the topology names a mount for the repository and it is not there; where a run of a runbook holds the
/// node; where another pgBackRest works on the stanza, on whichever node, since its own lock is local to a host; and where the largest of the last
/// three sets of that type, and a fifth more, has no room where the repository lies. An object store's room is not known, and neither is what a
/// set of a type takes of which there was none: -Verbose says so.
///
/// At the end the new set is read back from the repository: it is returned only if it is there, all its WAL is in the archive, and no page checksum
/// was wrong. Ctrl+C ends pgBackRest on the node and frees its lock; the next backup may go on where this one was. Where there is nothing
/// that a differential or incremental set could build on, pgBackRest makes a full one and warns. Old sets expire as the retention in the
/// node's own configuration says.
/// </remarks>
/// <example>
/// <code>Invoke-PgBackRestBackup -Type Diff</code>
/// <para>Backs up what changed since the last full set.</para>
/// </example>
/// <example>
/// <code>Invoke-PgBackRestBackup -Type Full -Wait -WaitLimit 4h -Confirm:$false</code>
/// <para>For a schedule: where another backup is running, on whichever node, waits for its end, four hours at most.</para>
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

    /// <summary>The number of the repository that the set goes to; by default the first of the topology.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that the backup may run, 24 hours by default. It grows with the database; one that runs longer is ended.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = BackupRequest.DefaultTimeLimit;

    /// <summary>Waits for the end of another pgBackRest that works on the stanza, instead of refusing. A run of a runbook is not waited for.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>The longest that -Wait waits; 1 hour by default.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Backs up also where the set is not expected to fit into the repository.</summary>
    [Parameter]
    public SwitchParameter SkipSpaceCheck { get; set; }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var request = new BackupRequest(Type, Repository, TimeLimit) { WaitLimit = Wait ? WaitLimit : null, SkipSpaceCheck = SkipSpaceCheck };
        var backup = await TakeBackup.PrepareAsync(Deployment, request, cancellation);
        if (AskToChange($"{backup.Node.Name}, stanza {backup.Stanza}", backup.Action) is not { } permit)
        {
            return;
        }

        using var progress = Progress($"Backing up {backup.Stanza} on {backup.Node.Name}");
        WriteObject(await backup.RunAsync(permit, progress, Messages(), cancellation));
    }
}
