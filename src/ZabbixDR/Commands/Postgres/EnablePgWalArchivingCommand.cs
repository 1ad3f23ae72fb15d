using System.Management.Automation;
using ZabbixDR.Engine.Operations.Archiving;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Postgres;

/// <summary>Turns WAL archiving to pgBackRest on in a Patroni cluster, and proves that a segment arrives.</summary>
/// <remarks>
/// Compares with what the topology's stanza needs, and changes only what differs. In Patroni's dynamic configuration: archive_mode, archive_command,
/// archive_timeout, restore_command, wal_level. In each node's patroni.yml, of which no other byte is touched: the replica methods pgbackrest and basebackup;
/// settings of archiving that would hide the dynamic ones are taken out, and so is a leftover bootstrap.method that restores by pgBackRest. The file as it was is
/// kept beside it, with the time in its name. A command that does the same in other words is left as it is.
///
/// Every node is read before anything is changed: where one does not answer, a file cannot be edited without touching something else, ALTER SYSTEM has fixed a
/// setting otherwise, or the stanza does not exist yet, nothing is changed anywhere. Should it break off later, the error says what was changed; run it again and
/// it goes on from there. Where all is as it should be, it asks and changes nothing.
///
/// archive_mode takes effect with a restart of PostgreSQL. Without -Restart the nodes that wait for one are told. With it they are restarted through Patroni one
/// after the other, replicas first, each awaited; the leader comes last, which interrupts writes for a moment, or hands the lead over first with -Switchover.
/// </remarks>
/// <example>
/// <code>Enable-PgWalArchiving -WhatIf</code>
/// <para>Shows what would be changed in the dynamic configuration and in each node's patroni.yml, and changes nothing.</para>
/// </example>
/// <example>
/// <code>Enable-PgWalArchiving -Restart -Switchover</code>
/// <para>Turns archiving on, restarts the replicas, hands the lead over, and restarts the former leader.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Enable, "PgWalArchiving", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PgWalArchiving))]
public sealed class EnablePgWalArchivingCommand : DeploymentCmdlet
{
    /// <summary>Restarts PostgreSQL, member by member, where a setting waits for it.</summary>
    [Parameter]
    public SwitchParameter Restart { get; set; }

    /// <summary>With -Restart: hands the lead over to a standby that was restarted, so that the leader is restarted as a replica.</summary>
    [Parameter]
    public SwitchParameter Switchover { get; set; }

    /// <summary>After how long a segment that is not full is archived all the same, which bounds what a quiet database can lose; by default what is set, or 60 s where nothing is.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    [ValidateNotNull]
    public TimeSpan? ArchiveTimeout { get; set; }

    /// <summary>The longest wait for one restart or switchover, 10 minutes by default, and for one question to pgBackRest where that is shorter than a minute. It grows with what a checkpoint has to write.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    [ValidateNotNull]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var request = new ArchivingRequest(Restart || Switchover, Switchover, ArchiveTimeout, TimeLimit);
        var archiving = await EnableWalArchiving.PrepareAsync(Deployment, request, cancellation);
        if (archiving.IsDone)
        {
            WriteVerbose($"WAL archiving of {archiving.Scope} is as it should be: nothing is changed.");
            Give(await archiving.ReportAsync(cancellation));
            return;
        }

        if (AskToChange(archiving.Describe(), "Change this?", $"Turn WAL archiving on in {archiving.Scope}") is not { } permit)
        {
            return;
        }

        using var progress = Progress($"Turning WAL archiving on in {archiving.Scope}");
        Give(await archiving.RunAsync(permit, progress, Messages(), cancellation));
    }

    private void Give(PgWalArchiving result)
    {
        if (result.PendingRestart.Count > 0)
        {
            WriteWarning($"A setting waits for a restart of PostgreSQL on {string.Join(" and ", result.PendingRestart)}: run Enable-PgWalArchiving -Restart.");
        }

        WriteObject(result);
    }
}
