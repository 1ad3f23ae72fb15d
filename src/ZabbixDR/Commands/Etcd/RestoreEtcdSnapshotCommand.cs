using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Brings the whole etcd cluster back from a snapshot, or makes a fresh one for Patroni, and brings Patroni on it.</summary>
/// <remarks>
/// For etcd that has lost its data on all members, or whose state has to go back. Looks first: the snapshot's checksum and pages, whether it
/// is of this deployment (Patroni's key initialize in it against PostgreSQL's own system identifier) and holds the user that the topology
/// logs in as, whether etcd, where it runs, lets us in and do what will be done, every member's unit, data directory, tool and free space,
/// and which PostgreSQL takes writes; what is not as it must be is refused there, with nothing changed.
/// Then each member's new data is made beside the old, Patroni is frozen (PostgreSQL goes on), etcd is stopped, the data is exchanged by
/// renaming, etcd is started and proven, the old leader key is deleted, and Patroni is replaced by a new process, on the server that takes
/// writes first. A commit through PostgreSQL ends it. The old data stays in the data directory as member.before-RUN.
///
/// -WhatIf shows the whole plan with its commands and does nothing. The run is journalled here, on the nodes it works on and on one node of
/// each site, and holds the deployment's lock. Where it breaks off, Resume-DrRun goes on and Undo-DrRun goes back; Get-DrRun shows how it stands.
///
/// A database file that was copied from a data directory has no checksum; -Force restores it once its pages are sound.
///
/// What Patroni keeps in etcd (its dynamic configuration, the failover history) is as old as the snapshot afterwards; see Get-PatroniCluster.
/// Where the tools on all members can, revisions go on a thousand million above the snapshot's, so that none is given out twice. A
/// member whose WAL lies in a directory of its own (ETCD_WAL_DIR) is refused.
///
/// With -Fresh etcd becomes a new, empty cluster: nothing of an old snapshot's sync, leader or failsafe can mislead Patroni, which writes its state anew,
/// the server that takes writes first. Users, roles and passwords come from the snapshot of -Path, or from the newest that is kept here, and
/// authentication is on from the new cluster's first moment; where etcd still answers, the snapshot must hold the users as they are now
/// (Save-EtcdSnapshot | Restore-EtcdSnapshot -Fresh). Patroni's dynamic configuration stays as it was: from etcd, else from the
/// patroni.dynamic.json of the server that is to lead, else from the snapshot. It is for an etcd that serves Patroni alone: with any other key in it, or
/// in the snapshot where it does not answer, it is refused. Without a snapshot at all, -Force sets up root, with the password of the topology, and the user
/// of Patroni's own configuration; other users are for you to set up again.
/// </remarks>
/// <example>
/// <code>Restore-EtcdSnapshot /var/lib/etcd/backup/etcd-snapshot-20261122T031500Z-etcd-2.db -WhatIf</code>
/// <para>Shows what would be done, step by step, with the commands on each node.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot -Verify | Where-Object Status -eq Valid | Select-Object -First 1 | Restore-EtcdSnapshot</code>
/// <para>Restores the newest snapshot that is whole, from this machine or from the node that has it.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot | Restore-EtcdSnapshot -Fresh</code>
/// <para>Makes etcd a fresh cluster, with the users and passwords that it has now, and Patroni's configuration as it is.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Snapshot")]
[OutputType(typeof(DrRun))]
public sealed class RestoreEtcdSnapshotCommand : RunCmdlet
{
    /// <summary>The snapshot's file, on this machine or, with -Node, on that one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Snapshot")]
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Fresh")]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The node that the file is a copy on, as Get-EtcdSnapshot tells it: it is fetched into etcd.snapshots.directory first.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public string? Node { get; set; }

    /// <summary>Makes a new, empty cluster with the snapshot's users, for an etcd that serves Patroni alone.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Fresh")]
    public SwitchParameter Fresh { get; set; }

    /// <summary>Restores a file without a checksum, one without authentication, or one of another deployment, which Patroni will not start on; and goes on where etcd refuses us now. With -Fresh: loses the keys of others than Patroni, takes users that are older than etcd's, or goes on without a snapshot.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var file = Path.Length == 0 ? null : await FileAsync(cancellation);
        if (file is null && Path.Length > 0)
        {
            return;
        }

        var plan = Fresh
            ? await EtcdFreshPlan.MakeAsync(Deployment, file, Force, cancellation)
            : await EtcdRestorePlan.MakeAsync(Deployment, file!, Force, cancellation);
        if (AskToStart(plan) is not { } permit)
        {
            return;
        }

        using var progress = Progress(plan.Title);
        WriteObject(await RunControl.StartAsync(Deployment, plan, permit, Steps(progress), Messages(), cancellation));
    }

    // Under -WhatIf nothing is fetched, and what is not here cannot be planned with.
    private async Task<string?> FileAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(Node))
        {
            return FileSystemPath(Path);
        }

        if (!Ask(() => ShouldProcess($"{Path} on {Node}", $"Fetch it to {Deployment.Etcd.SnapshotDirectory(null)}, to restore etcd from it")))
        {
            return null;
        }

        using var progress = Progress($"Fetching {System.IO.Path.GetFileName(Path)} from {Node}");
        return await FetchEtcdSnapshot.RunAsync(Deployment, Node, Path, progress, cancellation);
    }
}
