using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Postgres;

/// <summary>Gets who replicates from the primary, and how far.</summary>
/// <remarks>
/// One object for each standby: what pg_stat_replication on the primary says, its replication slot with the WAL that it keeps, and the standby's
/// own pg_stat_wal_receiver. A slot that nobody uses is one too, since it keeps WAL all the same, and so is a node of the topology that does not
/// replicate; Reason says why. FlushLagBytes is what would be lost with the primary.
/// </remarks>
/// <example>
/// <code>Get-PgReplicationStatus</code>
/// <para>Shows the standbys.</para>
/// </example>
/// <example>
/// <code>Get-PgReplicationStatus | Where-Object SlotActive -eq $false | Format-Table Slot, SlotRetainedBytes</code>
/// <para>Says which slots keep WAL for a standby that is away.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "PgReplicationStatus")]
[OutputType(typeof(PgStandby))]
public sealed class GetPgReplicationStatusCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation) =>
        WriteObject(await ReadReplication.RunAsync(Deployment, cancellation), enumerateCollection: true);
}
