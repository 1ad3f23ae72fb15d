using System.Data.Common;
using Npgsql;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Postgres;

/// <summary>
/// A connection to one database of the server on a node, with all that it needs; disposing it leaves nothing behind, here or there.
/// </summary>
public sealed class PostgresSession : IAsyncDisposable
{
    private readonly RelayedSocket _socket;
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;

    private PostgresSession(RelayedSocket socket, NpgsqlDataSource source, NpgsqlConnection connection)
    {
        _socket = socket;
        _source = source;
        _connection = connection;
    }

    /// <summary>The open connection.</summary>
    public DbConnection Connection => _connection;

    /// <summary>Opens a session in which nothing can be written.</summary>
    internal static async Task<PostgresSession> OpenAsync(INode node, PostgresSettings settings, string database, CancellationToken cancellation)
    {
        var socket = await RelayedSocket.OpenAsync(node, settings, cancellation).ConfigureAwait(false);
        var source = DataSource(socket.Directory, settings, database);
        try
        {
            return new PostgresSession(socket, source, await source.OpenConnectionAsync(cancellation).ConfigureAwait(false));
        }
        catch (Exception error)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            await socket.DisposeAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (error is NpgsqlException or TimeoutException)
            {
                throw PostgresErrors.From(node, $"Opening database {database} as {settings.Reader}", error);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        await _socket.DisposeAsync().ConfigureAwait(false);
    }

    private static NpgsqlDataSource DataSource(string directory, PostgresSettings settings, string database)
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionString(directory, settings, database));
        // Only built-in types are read: no need to ask the server for all others first.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    // The client's limits lie above the server's, so that the server's own message is the one that is seen.
    private static string ConnectionString(string directory, PostgresSettings settings, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = directory,
        Port = settings.Port,
        Username = settings.Reader,
        Database = database,
        ApplicationName = "zabbixdr",
        Options = "-c default_transaction_read_only=on -c statement_timeout=30s -c lock_timeout=10s -c search_path=public,pg_catalog",
        Timezone = "UTC",
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        Pooling = false,
        Enlist = false,
        Timeout = 15,
        CommandTimeout = 40,
    }.ConnectionString;
}
