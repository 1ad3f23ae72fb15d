using System.Management.Automation;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Goes back from a run, whether it broke off or came to its end.</summary>
/// <remarks>
/// Looks at the nodes first: what they show decides, not only the journal. Going back is a run of its own, with a plan, a journal and an id; it
/// takes the lock over from the run that it goes back from, which can change nothing any more and cannot be resumed from then on. Where
/// it breaks off itself, Resume-DrRun goes on with it.
///
/// From Restore-EtcdSnapshot: where no data was moved yet, etcd is started again where the run had stopped it, a frozen Patroni is replaced by a
/// new process, and the run's leftovers are deleted. Where data was moved, Patroni is frozen (PostgreSQL goes on), etcd is stopped on all
/// members, the old data is put back, the restored data is kept as member.undone-RUN in the data directory, etcd is started and proven, and
/// Patroni is replaced, on the server that takes writes first. A commit through PostgreSQL ends it. What was written into etcd since the
/// restore is no longer in use then.
///
/// From Repair-EtcdQuorum: until the survivor was started as a cluster of its own, the fences are taken away, and etcd is started everywhere on
/// the data that it had. After that there is no way back, and it is refused (NothingToGoBackTo).
///
/// From Restore-PgPointInTime: until the new timeline is archived, what the run started is ended, the data from before is put back (what was restored is kept as
/// DATADIRECTORY.undone-RUN), and Patroni, first on the node that was the primary, and Zabbix are started again. After that it is refused (NothingToGoBackTo).
///
/// Where the old data is gone, there is nothing to go back to, and it is refused. -WhatIf shows the whole plan and does nothing; New-DrPlan -UndoRun saves it.
/// </remarks>
/// <example>
/// <code>Undo-DrRun 20261122T031500Z-1f3a -WhatIf</code>
/// <para>Shows how it would go back from a run.</para>
/// </example>
/// <example>
/// <code>Get-DrRun | Where-Object Status -eq Failed | Select-Object -First 1 | Undo-DrRun</code>
/// <para>Goes back from the newest run that failed.</para>
/// </example>
[Cmdlet(VerbsCommon.Undo, "DrRun", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrRun))]
public sealed class UndoDrRunCommand : RunCmdlet
{
    /// <summary>The run's id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var plan = await UndoPlan.MakeAsync(Deployment, Id, cancellation);
        if (AskToStart(plan) is not { } permit)
        {
            return;
        }

        using var progress = Progress(plan.Title);
        WriteObject(await RunControl.StartAsync(Deployment, plan, permit, Steps(progress), Messages(), cancellation));
    }
}
