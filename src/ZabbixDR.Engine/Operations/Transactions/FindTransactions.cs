using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>Finds the transactions that were committed in a span of time, in the archived WAL, and tells what they did.</summary>
public static class FindTransactions
{
    /// <summary>Finds them, in the order of the log, which is the order in which a recovery replays them.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="search">Which are looked for.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="messages">Is told what part of the span cannot be seen, and why.</param>
    /// <param name="cancellation">Ends it; so does leaving the enumeration.</param>
    /// <exception cref="DrException">
    /// <c>SpanEmpty</c>, <c>WalNotArchived</c>, <c>WalUnreadable</c>, <c>WalDumpMissing</c>, <c>PostgresNodeMissing</c>, those of <see cref="RelationNames.OfAsync"/>, of <see cref="ReadBackups"/> and of <see cref="INode"/>.
    /// </exception>
    public static async IAsyncEnumerable<PgWalTransaction> RunAsync(
        DeploymentSession deployment,
        TransactionSearch search,
        IProgress<OperationProgress>? progress,
        IProgress<OperationMessage>? messages,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (search.Before <= search.After)
        {
            throw SpanEmpty(search);
        }

        var postgres = deployment.Postgres;
        progress?.Report(new OperationProgress("reading what is archived"));
        var read = await ReadRepositories.RunAsync(deployment, search.Repository, Shorter(search.TimeLimit), cancellation).ConfigureAwait(false);
        var wal = Choose(read, search);
        foreach (var failure in read.Failures)
        {
            messages?.Report(new OperationMessage(IsWarning: true, failure.Message));
        }

        var (node, bin) = await NodeAsync(deployment, search, read, cancellation).ConfigureAwait(false);
        var older = search.NamesFrom is { } drill ? await RelationNames.OfAsync(drill, deployment.Topology.Postgres!, deployment.Nodes, cancellation).ConfigureAwait(false) : null;
        var names = await RelationNames.OpenAsync(postgres, read.Node!, older, messages, cancellation).ConfigureAwait(false);
        var gaps = new SpanGaps(search, wal, messages);
        var behind = 0L;
        for (var index = 0; index < wal.Stretches.Count && !gaps.IsBehind; index++)
        {
            var stretch = wal.Stretches[index];
            var command = WalDumpScript.Command(stretch, search, bin, deployment.PgBackRest.FetchSegmentCommand(node, wal.Repository), deployment.Topology.Postgres!.User);
            await foreach (var line in LinesAsync(node, command, cancellation).ConfigureAwait(false))
            {
                switch (WalDumpLine.Read(line))
                {
                    case WalDumpLine.Found found when Told(await TransactionReport.MakeAsync(found.Transaction, wal.Way.Timeline, names, cancellation).ConfigureAwait(false), search) is { } transaction:
                        yield return transaction;
                        break;
                    case WalDumpLine.Progressed { Segments: var count }:
                        progress?.Report(new OperationProgress($"reading {wal.Name(stretch.First + count - 1)}", (behind + count) / (double)wal.Stretches.Sum(one => one.Count)));
                        break;
                    case WalDumpLine.Complained complaint:
                        gaps.Unreadable(complaint);
                        break;
                    case WalDumpLine.Ended ended:
                        gaps.Seen(index, ended);
                        break;
                }
            }

            behind += stretch.Count;
        }

        if (!gaps.IsBehind)
        {
            gaps.NotArchived((await DrException.TryAsync(() => postgres.GetStatusAsync(read.Node!, cancellation)).ConfigureAwait(false)).Value, read.Node!.Name);
        }
    }

    // What was dropped or emptied, what lost enough rows, or all that changed enough of them.
    private static PgWalTransaction? Told(PgWalTransaction transaction, TransactionSearch search) =>
        transaction.IsDestructive || transaction.Deleted >= Math.Max(1, search.MinimumRows)
            || (search.All && transaction.Inserted + transaction.Updated + transaction.Deleted >= search.MinimumRows)
            ? transaction
            : null;

    private static WalToRead Choose(RepositoriesRead read, TransactionSearch search)
    {
        var found = read.Repositories.Select(content => WalToRead.Find(content, search.Timeline, search.After)).OfType<WalToRead>()
            .OrderBy(wal => wal.Stretches.Count == 0).ThenBy(wal => wal.BeginsThere).ThenBy(wal => wal.Missing).ThenByDescending(wal => wal.Stretches is [.., var last] ? last.Last : 0).ThenBy(wal => wal.Repository);
        return found.FirstOrDefault() ?? throw (read.Failures is [var failure, ..] ? failure : WalNotArchived(search));
    }

    private static async Task<(INode Node, string Bin)> NodeAsync(DeploymentSession deployment, TransactionSearch search, RepositoriesRead read, CancellationToken cancellation)
    {
        var candidates = search.Node is { } name ? [deployment.Nodes.Get(name)]
            : read.Node!.Definition.Roles.Contains(NodeRole.Postgres) ? [read.Node] : deployment.Nodes.With(NodeRole.Postgres);
        if (candidates.FirstOrDefault(node => !node.Definition.Roles.Contains(NodeRole.Postgres)) is { } wrong)
        {
            throw PostgresNodeMissing(wrong);
        }

        var outcomes = await NodeRace.AskAsync(candidates, NodePlatform.ReadAsync, _ => true, TimeSpan.Zero, cancellation).ConfigureAwait(false);
        var answered = outcomes.FirstOrDefault(outcome => outcome.Value is not null) ?? throw outcomes[0].Failure!;
        return (answered.Node, new NodePaths(deployment.Topology, answered.Value!).PostgresBinDirectory!);
    }

    private static async IAsyncEnumerable<string> LinesAsync(INode node, ObservingCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var lines = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        var run = RunAsync();
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return line;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task RunAsync()
        {
            try
            {
                var result = await node.RunAsync(command, line => lines.Writer.TryWrite(line), stop.Token).ConfigureAwait(false);
                lines.Writer.TryComplete(result.ExitCode switch
                {
                    WalDumpScript.NotFetched => WalUnreadable(node, result.Error.Trim()),
                    WalDumpScript.NoProgram => WalDumpMissing(node, result.Error.Trim()),
                    _ => null,
                });
            }
            catch (Exception error) when (error is DrException or OperationCanceledException)
            {
                lines.Writer.TryComplete(error);
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan limit) => limit < ReadRepositories.DefaultTimeLimit ? limit : ReadRepositories.DefaultTimeLimit;

    private static DrException SpanEmpty(TransactionSearch search) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        "Looking for transactions",
        $"the span ends at {search.Before:u}, which is not after its beginning, {search.After:u}",
        "Give -After the earlier moment and -Before the later one.");

    private static DrException PostgresNodeMissing(INode node) => DrException.Of(
        DrErrorKind.InvalidInput,
        node.Name,
        "Looking for transactions",
        "that node has no role postgres, and so neither PostgreSQL's programs nor its archive",
        "Give -Node a node that has it.");

    private static DrException WalNotArchived(TransactionSearch search) => DrException.Of(
        DrErrorKind.NotFound,
        null,
        "Looking for transactions",
        search.Timeline is { } timeline ? $"no repository has WAL of timeline {timeline}" : "no repository has WAL",
        "See Get-PgRecoveryWindow for the timelines that there are, and Test-PgBackRestRepository for what is missing.");

    private static DrException WalUnreadable(INode node, string text) => DrException.Of(
        DrErrorKind.Remote,
        node.Name,
        "Fetching WAL out of the archive",
        text.Length == 0 ? "it ended without a word" : text,
        "The segment may have been expired meanwhile or be damaged (Test-PgBackRestRepository -Full), or /var/tmp has no room for two segments.");

    private static DrException WalDumpMissing(INode node, string text) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        "Reading WAL",
        text,
        "Install PostgreSQL's server package there, correct postgres.version or postgres.binDirectory in the topology file, or give another -Node.");
}
