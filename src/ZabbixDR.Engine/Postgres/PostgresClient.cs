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

    private const string ArchiverQuery =
        """
        SELECT pg_is_in_recovery(), current_setting('archive_mode'), current_setting('archive_command'),
               (SELECT setting::int FROM pg_settings WHERE name = 'archive_timeout'),
               archived_count, last_archived_wal, last_archived_time, failed_count, last_failed_wal, last_failed_time, stats_reset, clock_timestamp()
        FROM pg_stat_archiver
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
        row => new PostgresStatus(row.GetBoolean(0), row.GetInt32(1), row.IsDBNull(2) ? null : new PgLsn(row.GetInt64(2)), row.GetString(3)),
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
            ArchiveTimeout = row.GetInt32(3) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            ArchivedCount = row.GetInt64(4),
            LastArchivedWal = Text(row, 5),
            LastArchivedTime = Time(row, 6),
            FailedCount = row.GetInt64(7),
            LastFailedWal = Text(row, 8),
            LastFailedTime = Time(row, 9),
            StatisticsSince = Time(row, 10),
            ObservedAt = Time(row, 11)!.Value,
        },
        cancellation);

    /// <summary>Asks the server on the node where it has its data, and of which version it is.</summary>
    public Task<PostgresPlace> GetPlaceAsync(INode node, CancellationToken cancellation) => ReadOneAsync(
        node,
        "Asking PostgreSQL where its data is",
        "SELECT current_setting('data_directory'), current_setting('server_version_num')::int / 10000, (SELECT system_identifier FROM pg_control_system())::text",
        row => new PostgresPlace(row.GetString(0), row.GetInt32(1), row.GetString(2)),
        cancellation);

    private async Task<T> ReadOneAsync<T>(INode node, string tried, string query, Func<DbDataReader, T> read, CancellationToken cancellation)
    {
        var session = await OpenAsync(node, MaintenanceDatabase, cancellation).ConfigureAwait(false);
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
                        await row.ReadAsync(cancellation).ConfigureAwait(false);
                        return read(row);
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

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetFieldValue<DateTime>(column), TimeSpan.Zero);
}
