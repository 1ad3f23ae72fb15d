using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Operations.Drills;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Postgres;

/// <summary>Proves that a backup set can be recovered: restores it beside the service, recovers it to a target, and looks at it.</summary>
/// <remarks>
/// Restores the set into a directory of its own with pgBackRest, starts PostgreSQL on it without a network and with archiving off, lets it replay archived WAL to the target, and
/// demands of its log that it stopped there. Then the database is asked for Zabbix's version, hosts, items and newest value; pg_amcheck reads the tables and indexes of all
/// databases, and pg_checksums every page. At the end all of it is removed. Without a target chance names a set and a moment, so that drills that are
/// scheduled come to prove all of them.
///
/// It is done on a node of role scratch, else on a standby, else on the primary: the first that can be reached and has room for the database, a tenth more, and 5 % of the file system
/// that stay free. It runs at the lowest priority, with one process, a small cache and a lock of its own, so that production and a recovery in earnest go before it. Extensions
/// start no workers there, and subscriptions none.
///
/// It is one transient unit of systemd, which removes what it made however it ends: when it fails, at Ctrl+C, at its time limit. Where this machine dies, it goes on and removes it at its
/// end; where its node loses its power, the next drill there does. A drill that does not pass is given as an object that says so, and as an error.
///
/// With -Keep the instance stays, for what was lost in one table alone: DumpCommand shows how to dump it there, EndCommand ends and removes it, and so does its time limit.
/// </remarks>
/// <example>
/// <code>Invoke-PgRestoreDrill -Confirm:$false | Format-List</code>
/// <para>For a schedule: proves a set and a moment that chance names.</para>
/// </example>
/// <example>
/// <code>(Get-PgBackRestBackup -Type Full | Select-Object -First 1 | Invoke-PgRestoreDrill -Latest -Processes 4).Phases</code>
/// <para>Shows how long it takes to restore the newest full set with four processes, and to replay all WAL.</para>
/// </example>
/// <example>
/// <code>Invoke-PgRestoreDrill -TargetTime '2026-03-14 02:40:00+00' -Skip Amcheck, Checksums -Keep | Format-List KeptDirectory, DumpCommand, EndCommand</code>
/// <para>Brings up a copy of the database as it was then, so that single tables can be taken out of it.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "PgRestoreDrill", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = "Chance")]
[OutputType(typeof(PgRestoreDrill))]
public sealed class InvokePgRestoreDrillCommand : RecoveryTargetCmdlet
{
    /// <summary>The node on which it is done.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Node { get; set; }

    /// <summary>The directory of that node in which the drill makes its own; by default the one in which PostgreSQL's data directory lies.</summary>
    [Parameter]
    [Form(TextForm.PlainPath)]
    public string? Directory { get; set; }

    /// <summary>How many processes restore, and pg_amcheck works with; 1 by default.</summary>
    [Parameter]
    [ValidateRange(1, 999)]
    public int Processes { get; set; } = 1;

    /// <summary>What is not looked at. Each reads all of the database, which takes as long as it is large.</summary>
    [Parameter]
    [ValidateSet(nameof(PgDrillSubject.Amcheck), nameof(PgDrillSubject.Checksums))]
    public PgDrillSubject[] Skip { get; set; } = [];

    /// <summary>Leaves the instance running.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <summary>When it is ended and removed whatever it does, 24 hours after its beginning by default; with -Keep too. It grows with the database and with the WAL that is replayed.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = DrillRequest.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var drill = await RunDrill.PrepareAsync(Deployment, Request(), cancellation);
        if (AskToChange(drill.Node.Name, drill.Action) is not { } permit)
        {
            return;
        }

        using var progress = Progress($"Restore drill on {drill.Node.Name}");
        var result = await drill.RunAsync(permit, progress, Messages(), cancellation);
        WriteObject(result);
        if (!result.Passed)
        {
            WriteError(ErrorRecords.From(RunDrill.RestoreDrillFailed(result)));
        }
    }

    private DrillRequest Request() => new()
    {
        Goal = ParameterSetName == "Chance" ? null : Goal(),
        Set = BackupSet,
        Repository = Repository,
        Timeline = Timeline,
        Node = Node,
        Directory = Directory,
        Processes = Processes,
        Skipped = Skip,
        Keep = Keep,
        TimeLimit = TimeLimit,
    };
}
