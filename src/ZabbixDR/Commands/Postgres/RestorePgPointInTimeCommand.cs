using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Postgres;

/// <summary>Brings the PostgreSQL cluster back to a point in time, under Patroni again.</summary>
/// <remarks>
/// For what was committed and must not have been: a dropped table, a mass delete, a broken upgrade. Looks first, and refuses before anything is stopped: whether a set had stopped
/// by the target and the WAL from there to a commit behind it is in the archive, whether that set is of this cluster, whether there is room for it beside the data in use, which
/// server takes writes, whether etcd does its work and every node can be reached.
///
/// Then the primary archives what it has written up to now, and it is looked at once more whether the target can be reached. The Zabbix servers are stopped, then Patroni and PostgreSQL
/// on every node, the primary last, and all of them are kept from being started. The data in use is renamed, the set is restored in its place, and PostgreSQL
/// is started on it without Patroni and without a network: under Patroni it would lose its target and replay to the end of the archive. Its own log must say that it
/// stopped where it should. The database is asked for Zabbix's version, hosts, items and newest value, the beginning of the new timeline is archived, and Patroni is started
/// there. Its keys in etcd are left as they are, so that its configuration stays and the old standby is held back. Zabbix starts, the standbys rewind themselves and follow,
/// and a full backup is taken, after which nothing is expired. Proxies hold their values back meanwhile, for one hour by default (ProxyOfflineBuffer).
///
/// The data from before stays as DATADIRECTORY.before-RUN on the node that was recovered: delete it once you are sure. Until the new timeline is archived, Undo-DrRun
/// goes back. -WhatIf shows the whole plan with its commands and does nothing. The run is journalled here and on the nodes, and holds the deployment's lock. Where it breaks off,
/// Resume-DrRun goes on.
///
/// Refused are a data directory that is a mount point or a symbolic link, one with tablespaces or with pg_wal elsewhere, and one whose postgresql.conf lies elsewhere.
/// A transaction or a restore point is looked for in the archived WAL, from its end backwards, which is read whole for that.
/// </remarks>
/// <example>
/// <code>Restore-PgPointInTime -TargetTime '2026-03-14 02:40:00+00' -WhatIf</code>
/// <para>Shows what would be done to bring the cluster back to that moment.</para>
/// </example>
/// <example>
/// <code>Restore-PgPointInTime -TargetTime '2026-03-14 03:40' -TimeZone Europe/Berlin</code>
/// <para>Brings it back to the moment that a clock in Berlin showed then.</para>
/// </example>
/// <example>
/// <code>Restore-PgPointInTime -TargetXid 48112 -Exclusive</code>
/// <para>Brings it back to before a transaction.</para>
/// </example>
/// <example>
/// <code>Get-PgBackRestBackup -Type Full | Select-Object -First 1 | Restore-PgPointInTime -Immediate</code>
/// <para>Brings it back to the end of a full backup.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "PgPointInTime", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Time")]
[OutputType(typeof(PgPointInTimeRestore))]
public sealed class RestorePgPointInTimeCommand : RecoveryTargetCmdlet
{
    /// <summary>A target that Test-PgRecoveryTarget found reachable, with its set and timeline.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Target", ValueFromPipeline = true)]
    [ValidateNotNull]
    public PgRecoveryTarget? Target { get; set; }

    /// <summary>The node to recover on; by default the one that takes writes, which is where Patroni gives the lead by itself afterwards.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Node { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var plan = await PointInTimePlan.MakeAsync(Deployment, new PointInTimeRequest(Target?.Goal ?? Goal(), BackupSet ?? Target?.Set, Repository ?? Target?.Repository, Timeline ?? Target?.Timeline, Node), cancellation);
        if (AskToStart(plan) is not { } permit)
        {
            return;
        }

        using var progress = Progress(plan.Title);
        WriteObject(PointInTimeResult.Of(plan, await RunControl.StartAsync(Deployment, plan, permit, Steps(progress), Messages(), cancellation)));
    }
}
