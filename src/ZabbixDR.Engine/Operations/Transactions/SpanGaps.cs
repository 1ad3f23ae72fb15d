using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>Watches how much of a span was seen, and says what was not: an empty answer must not look as if nothing had happened.</summary>
internal sealed class SpanGaps(TransactionSearch search, WalToRead wal, IProgress<OperationMessage>? messages)
{
    private DateTimeOffset? _newest;

    /// <summary>Whether commits behind the span have come: no more need be read.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>A stretch was read.</summary>
    public void Seen(int stretch, WalDumpLine.Ended ended)
    {
        IsBehind = ended.IsBehind;
        var from = _newest ?? search.After;
        if (wal.MissingBefore(stretch) is { } missing && from < search.Before)
        {
            Warn($"{missing.First}{(missing.First == missing.Last ? " is" : $" to {missing.Last} are")} not in repository {wal.Repository}: what was committed between {Text(from)} and {(ended.First is { } next ? Text(next) : "the next commit")} is not known.");
        }
        else if (stretch == 0 && wal.BeginsThere && ended.First is null)
        {
            Warn($"The WAL of repository {wal.Repository} begins with {wal.Name(wal.Stretches[0].First)}: whether anything was committed before it since {Text(search.After)} is not known.");
        }
        else if (stretch == 0 && wal.BeginsThere && ended.First > search.After)
        {
            Warn($"The WAL of repository {wal.Repository} begins with {wal.Name(wal.Stretches[0].First)}, whose first commit is at {Text(ended.First.Value)}: what was committed before it, since {Text(search.After)}, is not known.");
        }

        _newest = ended.Newest > _newest || _newest is null ? ended.Newest ?? _newest : _newest;
    }

    /// <summary>A segment could not be read to its end.</summary>
    public void Unreadable(WalDumpLine.Complained complaint) => Warn($"{complaint.Segment} was not read to its end: {complaint.Text}");

    /// <summary>All was read, and no commit behind the span has come.</summary>
    /// <param name="server">What the server says that told what is archived; null where it says nothing.</param>
    /// <param name="node">Its node.</param>
    public void NotArchived(PostgresStatus? server, string node)
    {
        var seen = $"The archive was seen up to {(_newest is { } newest ? Text(newest) : "no commit since the beginning of the span")}";
        var end = wal.Stretches.Count == 0 ? default : new PgLsn((wal.Stretches[^1].Last + 1) * wal.SegmentSize);
        if (server is not { IsInRecovery: false })
        {
            Warn($"{seen}, and no primary answers: what it had written since is in its own pg_wal, if it is anywhere.");
        }
        else if (server.Timeline != wal.Way.Timeline && search.Timeline is not null)
        {
            Warn($"{seen}: there the archived WAL along timeline {wal.Way.Timeline} ends. The primary writes timeline {server.Timeline}.");
        }
        else if (wal.Stretches.Count == 0 || server.Lsn > end)
        {
            Warn($"{seen}. What the primary on {node} has committed since is not archived yet: run SELECT pg_switch_wal() there, or wait for archive_timeout, and look again (Get-PgArchiverStatus).");
        }
    }

    private void Warn(string text) => messages?.Report(new OperationMessage(IsWarning: true, text));

    private static string Text(DateTimeOffset time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}Z");
}
