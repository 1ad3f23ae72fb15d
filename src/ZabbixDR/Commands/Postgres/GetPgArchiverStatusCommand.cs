using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Postgres;

/// <summary>Gets how the primary archives its WAL.</summary>
/// <remarks>
/// Asks PostgreSQL on the primary for pg_stat_archiver, the settings that rule it, and the files that wait. LastFailedWal stays filled after
/// archiving has recovered: IsFailing compares the times. PushQueueMax is pgBackRest's archive-push-queue-max, beyond which it drops WAL;
/// it is empty where it is not set, and where the login user may not read pgbackrest.conf.
/// </remarks>
/// <example>
/// <code>Get-PgArchiverStatus</code>
/// <para>Shows the last segment archived, the last failure, and what waits.</para>
/// </example>
/// <example>
/// <code>Get-PgArchiverStatus | Where-Object IsFailing | Format-List LastFailedWal, LastFailedTime, WaitingBytes, OldestWaiting</code>
/// <para>Says what fails, where something does, and how much waits.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "PgArchiverStatus")]
[OutputType(typeof(PgArchiver))]
public sealed class GetPgArchiverStatusCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation) => WriteObject(await ReadArchiver.RunAsync(Deployment, cancellation));
}
