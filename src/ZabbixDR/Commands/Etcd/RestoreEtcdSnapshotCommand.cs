using System.Management.Automation;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Brings the whole etcd cluster back from a snapshot, and Patroni with it.</summary>
/// <remarks>
/// For etcd that has lost its data on all members, or whose state has to go back. Looks first: the snapshot's checksum, every member's unit,
/// data directory, tool and free space, and which PostgreSQL takes writes; what is not as it must be is refused there, with nothing changed.
/// Then each member's new data is made beside the old, Patroni is frozen (PostgreSQL goes on), etcd is stopped, the data is exchanged by
/// renaming, etcd is started and proven, the old leader key is deleted, and Patroni is replaced by a new process, on the server that takes
/// writes first. A commit through PostgreSQL ends it. The old data stays in the data directory as member.before-RUN.
///
/// -WhatIf shows the whole plan with its commands and does nothing. The run is journalled here, on the nodes it works on and on one node of
/// each site, and holds the deployment's lock. Where it breaks off, Resume-DrRun goes on and Undo-DrRun goes back; Get-DrRun shows how it stands.
///
/// That the snapshot is of this very cluster is not looked at in this version: Patroni refuses to start on another cluster's, and the way
/// back is the Undo of each step in the plan. Check where the file is from.
///
/// What Patroni keeps in etcd (its dynamic configuration, the failover history) is as old as the snapshot afterwards; see Get-PatroniCluster.
/// </remarks>
/// <example>
/// <code>Restore-EtcdSnapshot /var/lib/etcd/backup/etcd-snapshot-20261122T031500Z-etcd-2.db -WhatIf</code>
/// <para>Shows what would be done, step by step, with the commands on each node.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem /var/lib/etcd/backup/*.db | Test-EtcdSnapshot | Where-Object Status -eq Valid | Sort-Object Revision | Select-Object -Last 1 | Restore-EtcdSnapshot</code>
/// <para>Restores the newest snapshot that is whole.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DrRun))]
public sealed class RestoreEtcdSnapshotCommand : RunCmdlet
{
    /// <summary>The snapshot's file on this machine.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var plan = await EtcdRestorePlan.MakeAsync(Deployment, FileSystemPath(Path), cancellation);
        if (AskToRun(plan) is not { } permit)
        {
            return;
        }

        using var progress = Progress(plan.Title);
        WriteObject(await RunControl.StartAsync(Deployment, plan, permit, Steps(progress), Messages(), cancellation));
    }
}
