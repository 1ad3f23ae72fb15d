using System.Data.Common;

namespace ZabbixDR.Engine.Zabbix;

/// <summary>What Zabbix keeps of itself in its database, over an open connection to it.</summary>
public static class ZabbixDatabase
{
    private const string NodesQuery =
        """
        SELECT name, address, port, status, lastaccess, extract(epoch FROM clock_timestamp())::float8 FROM ha_node ORDER BY name
        """;

    // A column of table config in 6.0 and 7.0; a row of table settings since 7.4. Only the one that exists may stand in a query.
    private const string IsColumnQuery =
        """
        SELECT count(*) > 0 FROM information_schema.columns WHERE table_name = 'config' AND column_name = 'ha_failover_delay'
        """;

    private const string ColumnQuery = "SELECT ha_failover_delay FROM config";
    private const string NotPermitted = "42501";
    private const string SettingQuery = "SELECT value_str FROM settings WHERE name = 'ha_failover_delay'";

    /// <summary>Reads the nodes of the high-availability cluster. A server that runs alone is one node without a name.</summary>
    /// <param name="connection">An open connection to Zabbix's database.</param>
    /// <param name="node">The node that it leads to.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>ZabbixSchemaMissing</c>, <c>ZabbixUnreadable</c>.</exception>
    public static async Task<IReadOnlyList<ZabbixHaNode>> ReadHaNodesAsync(DbConnection connection, string node, CancellationToken cancellation)
    {
        try
        {
            var delay = await ReadFailoverDelayAsync(connection, node, cancellation).ConfigureAwait(false);
            var found = new List<ZabbixHaNode>();
            var command = Command(connection, NodesQuery);
            await using (command.ConfigureAwait(false))
            {
                var row = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                await using (row.ConfigureAwait(false))
                {
                    while (await row.ReadAsync(cancellation).ConfigureAwait(false))
                    {
                        found.Add(HaNode(row, delay, node));
                    }
                }
            }

            return found;
        }
        catch (DbException error) when (error.SqlState is "42P01" or "42703")
        {
            throw ZabbixSchemaMissing(node, connection.Database, error);
        }
        catch (DbException error)
        {
            cancellation.ThrowIfCancellationRequested();
            throw ZabbixUnreadable(node, connection.Database, error.GetBaseException().Message, error);
        }
    }

    private static ZabbixHaNode HaNode(DbDataReader row, TimeSpan? delay, string node)
    {
        var seen = row.GetInt32(4);
        return new ZabbixHaNode
        {
            Name = row.GetString(0),
            Address = row.GetString(1),
            Port = row.GetInt32(2),
            Status = (ZabbixHaStatus)row.GetInt32(3),
            LastAccess = DateTimeOffset.FromUnixTimeSeconds(seen),
            // The column holds whole seconds: a report of this very second may look like the future.
            Age = TimeSpan.FromSeconds(Math.Max(0, Math.Round(row.GetDouble(5) - seen, 3))),
            FailoverDelay = delay,
            ReadFrom = node,
        };
    }

    private static async Task<TimeSpan?> ReadFailoverDelayAsync(DbConnection connection, string node, CancellationToken cancellation)
    {
        var isColumn = await ScalarAsync(connection, IsColumnQuery, cancellation).ConfigureAwait(false) is true;
        try
        {
            var text = await ScalarAsync(connection, isColumn ? ColumnQuery : SettingQuery, cancellation).ConfigureAwait(false) as string;
            return ZabbixDuration.Parse(text ?? "") ?? throw ZabbixUnreadable(node, connection.Database, $"ha_failover_delay is '{text}'", null);
        }
        catch (DbException error) when (error.SqlState is NotPermitted)
        {
            // Those who only look are not given table settings, which holds the session key too.
            return null;
        }
    }

    private static async Task<object?> ScalarAsync(DbConnection connection, string query, CancellationToken cancellation)
    {
        var command = Command(connection, query);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static DbCommand Command(DbConnection connection, string query)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every query is one of the constants above.
        command.CommandText = query;
#pragma warning restore CA2100
        return command;
    }

    private static DrException ZabbixSchemaMissing(string node, string database, DbException cause) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Reading Zabbix's HA nodes from database {database}",
        cause.GetBaseException().Message,
        "That is no Zabbix database of version 6.0 or later: correct postgres.database in the topology file, or restore the database.",
        cause);

    private static DrException ZabbixUnreadable(string node, string database, string cameBack, Exception? cause) => DrException.Of(
        DrErrorKind.Remote,
        node,
        $"Reading Zabbix's HA nodes from database {database}",
        cameBack,
        "Look at PostgreSQL's log on that node.",
        cause);
}
