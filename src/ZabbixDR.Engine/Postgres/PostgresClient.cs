using System.Data.Common;
using Npgsql;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Postgres;

/// <summary>
/// The PostgreSQL servers of a deployment, asked through their own Unix sockets, to look at only, as the role that the topology names for it or else as the user that owns them.
/// Every member throws <see cref="DrException"/>: <c>PostgresNotRunning</c>, <c>DatabaseMissing</c>, <c>PostgresNotAccepting</c>,
/// <c>PostgresEndedConnection</c>, <c>PostgresLoginRefused</c>, <c>PostgresPermissionDenied</c>, <c>PostgresConnectionsExhausted</c>,
/// <c>PostgresTimedOut</c>, <c>PostgresConnectionLost</c>, <c>PostgresQueryFailed</c>, and those of <see cref="INode"/>.
/// </summary>
/// <param name="settings">What the topology says of PostgreSQL.</param>
public class PostgresClient(PostgresSettings settings)
{
    // Present in every server, and what maintenance tools connect to.
    private const string MaintenanceDatabase = "postgres";

    private const string StatusQuery =
        """
        SELECT pg_is_in_recovery(),
               CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())
                    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
               pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0')::bigint,
               (SELECT system_identifier FROM pg_control_system())::text
        """;

    // What waits is listed by its .ready files, which pg_monitor may see; their segments have the sizes.
    private const string ArchiverQuery =
        """
        SELECT pg_is_in_recovery(), current_setting('archive_mode'), current_setting('archive_command'),
               (SELECT setting::int FROM pg_settings WHERE name = 'archive_timeout'),
               archived_count, last_archived_wal, last_archived_time, failed_count, last_failed_wal, last_failed_time, stats_reset, clock_timestamp(),
               current_setting('archive_library', true), waiting.files, waiting.bytes, waiting.oldest
        FROM pg_stat_archiver,
             (SELECT count(*) AS files, coalesce(sum(segment.size), 0)::bigint AS bytes, min(ready.modification) AS oldest
              FROM pg_ls_archive_statusdir() ready LEFT JOIN pg_ls_waldir() segment ON segment.name || '.ready' = ready.name
              WHERE ready.name LIKE '%.ready') waiting
        """;

    // A slot that nobody uses has no sender, and a sender need not have a slot.
    private const string StandbysQuery =
        """
        SELECT sender.application_name, host(sender.client_addr), sender.state, sender.sync_state,
               pg_wal_lsn_diff(sender.sent_lsn, '0/0')::bigint, pg_wal_lsn_diff(sender.write_lsn, '0/0')::bigint,
               pg_wal_lsn_diff(sender.flush_lsn, '0/0')::bigint, pg_wal_lsn_diff(sender.replay_lsn, '0/0')::bigint,
               pg_wal_lsn_diff(pg_current_wal_lsn(), sender.flush_lsn)::bigint, pg_wal_lsn_diff(pg_current_wal_lsn(), sender.replay_lsn)::bigint,
               sender.flush_lag, sender.replay_lag,
               slot.slot_name, slot.active, pg_wal_lsn_diff(pg_current_wal_lsn(), slot.restart_lsn)::bigint
        FROM pg_stat_replication sender FULL JOIN pg_replication_slots slot ON slot.active_pid = sender.pid
        ORDER BY sender.application_name NULLS LAST, slot.slot_name
        """;

    private const string ReceiverQuery =
        "SELECT status, received_tli, pg_wal_lsn_diff(latest_end_lsn, '0/0')::bigint, last_msg_receipt_time, sender_host, slot_name FROM pg_stat_wal_receiver";

    private const string WaitingQuery =
        """
        SELECT coalesce(array_agg(left(name, -6) ORDER BY name), '{}'), coalesce(array_agg(modification ORDER BY name), '{}')
        FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'
        """;

    // pg_class has zero for the tablespace of the database itself.
    private const string RelationsQuery =
        """
        SELECT relation.oid::bigint, coalesce(nullif(relation.reltablespace, 0), own.dattablespace)::bigint, pg_relation_filenode(relation.oid)::bigint,
               relation.relkind::text, space.nspname::text, relation.relname::text
        FROM pg_class relation JOIN pg_namespace space ON space.oid = relation.relnamespace JOIN pg_database own ON own.datname = current_database()
        WHERE pg_relation_filenode(relation.oid) IS NOT NULL
        """;

    /// <summary>
    /// Opens a session in a database of the server on the node: read-only, no statement longer than 30 s, no wait for a lock
    /// longer than 10 s, time zone UTC.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="database">The database; null for the one that the topology names as Zabbix's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<PostgresSession> OpenAsync(INode node, string? database, CancellationToken cancellation) =>
        PostgresSession.OpenAsync(node, settings, database ?? settings.Database, cancellation);

    /// <summary>Asks the server on the node what it is.</summary>
    public virtual Task<PostgresStatus> GetStatusAsync(INode node, CancellationToken cancellation) => ReadOneAsync(
        node,
        "Asking PostgreSQL for its state",
        StatusQuery,
        row => new PostgresStatus(row.GetBoolean(0), row.GetInt32(1), Lsn(row, 2), row.GetString(3)),
        cancellation);

    /// <summary>Asks the server on the node whether it is in recovery: a standby, or not yet recovered.</summary>
    public async Task<bool> IsInRecoveryAsync(INode node, CancellationToken cancellation) =>
        (await GetStatusAsync(node, cancellation).ConfigureAwait(false)).IsInRecovery;

    /// <summary>Asks the server on the node how its archiver does.</summary>
    public Task<PgArchiver> GetArchiverAsync(INode node, CancellationToken cancellation) => ReadOneAsync(
        node,
        "Asking PostgreSQL for its archiver",
        ArchiverQuery,
        row => new PgArchiver
        {
            Node = node.Name,
            IsInRecovery = row.GetBoolean(0),
            ArchiveMode = Enum.Parse<PgArchiveMode>(row.GetString(1), ignoreCase: true),
            // With archiving off, the server shows "(disabled)" in place of the command.
            ArchiveCommand = row.GetString(2) is { Length: > 0 } command and not "(disabled)" ? command : null,
            ArchiveLibrary = Text(row, 12) is { Length: > 0 } library ? library : null,
            ArchiveTimeout = row.GetInt32(3) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            ArchivedCount = row.GetInt64(4),
            LastArchivedWal = Text(row, 5),
            LastArchivedTime = Time(row, 6),
            FailedCount = row.GetInt64(7),
            LastFailedWal = Text(row, 8),
            LastFailedTime = Time(row, 9),
            StatisticsSince = Time(row, 10),
            ObservedAt = Time(row, 11)!.Value,
            WaitingCount = row.GetInt64(13),
            WaitingBytes = row.GetInt64(14),
            OldestWaiting = Time(row, 15) is { } oldest ? Time(row, 11)!.Value - oldest : null,
        },
        cancellation);

    /// <summary>Asks the server on the node where it has its data, and of which version it is.</summary>
    public Task<PostgresPlace> GetPlaceAsync(INode node, CancellationToken cancellation) => ReadOneAsync(
        node,
        "Asking PostgreSQL where its data is",
        "SELECT current_setting('data_directory'), current_setting('server_version_num')::int / 10000, (SELECT system_identifier FROM pg_control_system())::text",
        row => new PostgresPlace(row.GetString(0), row.GetInt32(1), row.GetString(2)),
        cancellation);

    /// <summary>Asks the primary for the standbys that replicate from it, and for its replication slots.</summary>
    /// <param name="primary">The primary's node.</param>
    /// <param name="timeline">The timeline that it writes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<IReadOnlyList<PgStandby>> GetStandbysAsync(INode primary, int timeline, CancellationToken cancellation) => ReadAllAsync(
        primary,
        "Asking PostgreSQL for its standbys",
        StandbysQuery,
        row => new PgStandby
        {
            Name = Text(row, 0) ?? row.GetString(12),
            Primary = primary.Name,
            Timeline = timeline,
            Address = Text(row, 1),
            State = Text(row, 2) is { } state ? Enum.Parse<PgReplicationState>(state, ignoreCase: true) : null,
            SyncState = Text(row, 3) is { } sync ? Enum.Parse<PgSyncState>(sync, ignoreCase: true) : null,
            SentLsn = Lsn(row, 4),
            WriteLsn = Lsn(row, 5),
            FlushLsn = Lsn(row, 6),
            ReplayLsn = Lsn(row, 7),
            FlushLagBytes = Number(row, 8),
            ReplayLagBytes = Number(row, 9),
            FlushLag = Span(row, 10),
            ReplayLag = Span(row, 11),
            Slot = Text(row, 12),
            SlotActive = row.IsDBNull(13) ? null : row.GetBoolean(13),
            SlotRetainedBytes = Number(row, 14),
        },
        cancellation);

    /// <summary>Asks the standby on the node for its stream; null where it receives none.</summary>
    public virtual async Task<PgWalReceiver?> GetReceiverAsync(INode node, CancellationToken cancellation) => (await ReadAllAsync(
        node,
        "Asking PostgreSQL for its stream",
        ReceiverQuery,
        row => new PgWalReceiver
        {
            Status = Text(row, 0) ?? "unknown",
            Timeline = row.IsDBNull(1) ? null : row.GetInt32(1),
            LatestEndLsn = Lsn(row, 2),
            LastMessageAt = Time(row, 3),
            SenderHost = Text(row, 4),
            SlotName = Text(row, 5),
        },
        cancellation).ConfigureAwait(false)) is [var receiver, ..] ? receiver : null;

    /// <summary>Lists the databases of the server on the node that can be connected to, by their object identifiers.</summary>
    internal async Task<IReadOnlyDictionary<uint, string>> GetDatabasesAsync(INode node, CancellationToken cancellation) => (await ReadAllAsync(
        node,
        "Asking PostgreSQL for its databases",
        "SELECT oid::bigint, datname::text FROM pg_database WHERE datallowconn",
        row => ((uint)row.GetInt64(0), row.GetString(1)),
        cancellation).ConfigureAwait(false)).ToDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>Lists the relations of a database that have a file.</summary>
    internal Task<IReadOnlyList<PgRelation>> GetRelationsAsync(INode node, string database, CancellationToken cancellation) => ReadAllAsync(
        node,
        $"Asking PostgreSQL for the relations of {database}",
        RelationsQuery,
        row => new PgRelation((uint)row.GetInt64(0), (uint)row.GetInt64(1), (uint)row.GetInt64(2), row.GetString(3)[0], row.GetString(4), row.GetString(5)),
        cancellation,
        database);

    /// <summary>Lists the WAL that the server on the node has finished and not archived yet, oldest first, and since when each waits.</summary>
    public Task<IReadOnlyList<PgWaitingWal>> GetWaitingWalAsync(INode node, CancellationToken cancellation) => ReadOneAsync(
        node,
        "Asking PostgreSQL for the WAL that waits to be archived",
        WaitingQuery,
        row => (IReadOnlyList<PgWaitingWal>)[.. row.GetFieldValue<string[]>(0).Zip(row.GetFieldValue<DateTime[]>(1), (name, since) => new PgWaitingWal(name, new DateTimeOffset(since, TimeSpan.Zero)))],
        cancellation);

    /// <summary>
    /// Settings as the server on the node has them now. Of a command that is switched off the server's own view would say <c>(disabled)</c>: this is what stands
    /// behind that (pg_settings.reset_val).
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="names">The settings; one that the server does not know is left out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<IReadOnlyDictionary<string, string>> GetSettingsAsync(INode node, IReadOnlyList<string> names, CancellationToken cancellation) => ReadOneAsync(
        node,
        "Asking PostgreSQL for its settings",
        $"SELECT array_agg(name), array_agg(coalesce(reset_val, '')) FROM pg_settings WHERE name IN ({string.Join(", ", names.Select(name => $"'{name}'"))})",
        row => (IReadOnlyDictionary<string, string>)row.GetFieldValue<string[]>(0).Zip(row.GetFieldValue<string[]>(1)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal),
        cancellation);

    /// <summary>Settings as the server on the node has them, and the file that each was read from.</summary>
    internal Task<IReadOnlyList<PgSettingOrigin>> GetSettingOriginsAsync(INode node, IReadOnlyList<string> names, CancellationToken cancellation) => ReadAllAsync(
        node,
        "Asking PostgreSQL where its settings come from",
        $"SELECT name, coalesce(reset_val, ''), sourcefile FROM pg_settings WHERE name IN ({string.Join(", ", names.Select(name => $"'{name}'"))}) ORDER BY name",
        row => new PgSettingOrigin(row.GetString(0), row.GetString(1), Text(row, 2)),
        cancellation);

    /// <summary>The file that the server on the node writes its log to, as an absolute path; null where it writes to standard error.</summary>
    internal Task<string?> GetLogFileAsync(INode node, CancellationToken cancellation) => ReadOneAsync(
        node,
        "Asking PostgreSQL for its log",
        "SELECT CASE WHEN left(pg_current_logfile(), 1) = '/' THEN '' ELSE current_setting('data_directory') || '/' END || pg_current_logfile()",
        row => Text(row, 0),
        cancellation);

    private async Task<T> ReadOneAsync<T>(INode node, string tried, string query, Func<DbDataReader, T> read, CancellationToken cancellation) =>
        (await ReadAllAsync(node, tried, query, read, cancellation).ConfigureAwait(false))[0];

    private async Task<IReadOnlyList<T>> ReadAllAsync<T>(
        INode node, string tried, string query, Func<DbDataReader, T> read, CancellationToken cancellation, string database = MaintenanceDatabase)
    {
        var session = await OpenAsync(node, database, cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                var command = session.Connection.CreateCommand();
                command.CommandText = query;
                await using (command.ConfigureAwait(false))
                {
                    var row = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                    await using (row.ConfigureAwait(false))
                    {
                        var all = new List<T>();
                        while (await row.ReadAsync(cancellation).ConfigureAwait(false))
                        {
                            all.Add(read(row));
                        }

                        return all;
                    }
                }
            }
            catch (Exception error) when (error is NpgsqlException or TimeoutException)
            {
                throw PostgresErrors.From(node, tried, error);
            }
        }
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static PgLsn? Lsn(DbDataReader row, int column) => Number(row, column) is { } position ? new PgLsn(position) : null;

    private static TimeSpan? Span(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<TimeSpan>(column);

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetFieldValue<DateTime>(column), TimeSpan.Zero);
}
