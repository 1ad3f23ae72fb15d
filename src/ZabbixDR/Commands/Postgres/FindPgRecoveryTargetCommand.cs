using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Operations.Transactions;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Postgres;

/// <summary>Finds the transactions that dropped, emptied or deleted something, so that the cluster can be brought back to before one.</summary>
/// <remarks>
/// Reads the archived WAL between two moments with pg_waldump on a node, and gives an object for each transaction that was committed then and dropped, truncated or rewrote a relation or
/// deleted rows: when, its number, and how many rows of which relation; with -All also those that destroyed nothing. They come in the order of the log, in which a recovery replays
/// them. What a subtransaction did counts with its transaction, unless it was rolled back.
/// Pipe one into Restore-PgPointInTime with -Exclusive to bring the cluster back to before it. A -Timeline that was given here must be given there too: it does not bind by itself.
///
/// WAL names files, not relations. The names are those of the primary's catalogue now, so a relation that was dropped or rewritten since is told by the number of its file (tablespace,
/// database, filenode), unless -NamesFrom gives a kept drill; a dropped table is several files: its own, and those of its indexes and its TOAST table. A view, a function or a column that
/// was dropped has no file: it shows with -All alone, as a transaction of the catalogue. Temporary and unlogged tables are not in WAL.
///
/// What part of the span cannot be seen is told by a warning: where WAL is missing, where the archive begins later, and what the primary has not archived yet. A
/// transaction that may have begun before the WAL that was read says so (IsPartial): its counts may be too low, and an earlier -After shows it whole.
///
/// Nothing of the cluster is changed. The segments are fetched one by one, at low priority, into a folder in /var/tmp of the node, which goes in the end, after Ctrl+C too. It needs
/// the rights of profile operate. All WAL between the moments is read before anything is given, since a restore may follow in the pipeline: give the span as narrow as you know it.
/// </remarks>
/// <example>
/// <code>Find-PgRecoveryTarget -After '2026-03-14 02:00+00' -Before '2026-03-14 03:00+00'</code>
/// <para>Shows what was dropped, truncated and deleted in that hour.</para>
/// </example>
/// <example>
/// <code>Find-PgRecoveryTarget -After '2026-03-14 02:00+00' -MinimumRows 1000 | Select-Object -First 1 | Restore-PgPointInTime -Exclusive -WhatIf</code>
/// <para>Shows what would be done to bring the cluster back to before the first of them.</para>
/// </example>
[Cmdlet(VerbsCommon.Find, "PgRecoveryTarget")]
[OutputType(typeof(PgWalTransaction))]
public sealed class FindPgRecoveryTargetCommand : DeploymentCmdlet
{
    /// <summary>The earliest commit to look at, with its offset: 2026-03-14 02:40:00+00.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Moment]
    [ValidateNotNullOrEmpty]
    public string After { get; set; } = "";

    /// <summary>The latest commit to look at; by default now.</summary>
    [Parameter(Position = 1)]
    [Moment]
    [ValidateNotNullOrEmpty]
    public string? Before { get; set; }

    /// <summary>The time zone in which a moment without an offset is meant, such as Europe/Berlin.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>Only transactions that changed a relation of one of these names: with its schema, without, or the number of its file. May contain wildcards. What was dropped has no name any more.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Relation { get; set; }

    /// <summary>Also the transactions that dropped, truncated and deleted nothing.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Where nothing was dropped or truncated, only transactions that deleted so many rows at least; with -All that inserted, updated or deleted so many.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MinimumRows { get; set; }

    /// <summary>The node on which the WAL is read; by default the primary, or any other of PostgreSQL where there is none.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Node { get; set; }

    /// <summary>Only the repository with this number; by default the one that has the most of the WAL.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The timeline along which the WAL is read; by default the newest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Timeline { get; set; }

    /// <summary>A drill whose instance was kept (Invoke-PgRestoreDrill -Keep), at a moment before: its catalogue names what was dropped since.</summary>
    [Parameter]
    public PgRestoreDrill? NamesFrom { get; set; }

    /// <summary>The longest that the reading may take, 1 hour by default. It grows with the WAL between the moments.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var search = new TransactionSearch(TargetTime.Parse(After, TimeZone), Before is null ? DateTimeOffset.UtcNow : TargetTime.Parse(Before, TimeZone))
        {
            All = All,
            MinimumRows = MinimumRows,
            Node = Node,
            Repository = Repository,
            Timeline = Timeline,
            NamesFrom = NamesFrom,
            TimeLimit = TimeLimit,
        };
        using var progress = Progress("Looking for transactions in the archived WAL");
        var found = new List<PgWalTransaction>();
        await foreach (var transaction in FindTransactions.RunAsync(Deployment, search, progress, Messages(), cancellation))
        {
            found.AddRange(Relation is null || transaction.Changes.Any(IsMeant) ? [transaction] : []);
        }

        WriteObject(found, enumerateCollection: true);
    }

    private bool IsMeant(PgRelationChange change) => Relation!.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))
        .Any(pattern => pattern.IsMatch(change.Relation) || pattern.IsMatch(change.Relation.Split('.', 2)[^1]) || pattern.IsMatch(change.File));
}
