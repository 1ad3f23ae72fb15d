using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Postgres;

/// <summary>psql on a node, for what changes something: the sessions of <see cref="PostgresClient"/> only look.</summary>
internal static class Psql
{
    /// <summary>The arguments with which it prints the answers alone, and ends at the first error.</summary>
    public static string[] Arguments(PostgresSettings postgres, string database, params string[] statements) =>
    [
        "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", postgres.SocketDirectory, "-p", $"{postgres.Port}", "-d", database,
        .. statements.SelectMany(statement => new[] { "-c", statement }),
    ];

    /// <summary>The command, as the user that owns the server.</summary>
    public static ChangingCommand Command(string user, params string[] arguments) => new("psql", arguments) { User = user };
}
