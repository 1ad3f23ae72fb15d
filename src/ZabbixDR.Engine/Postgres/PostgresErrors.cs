using System.Data.Common;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Postgres;

/// <summary>What can go wrong with PostgreSQL, by the SQLSTATE of its answer (PostgreSQL's documentation, appendix A).</summary>
internal static class PostgresErrors
{
    /// <summary>The engine's error for what the driver threw.</summary>
    /// <param name="node">The node that was asked.</param>
    /// <param name="tried">What was tried, as a noun phrase.</param>
    /// <param name="error">What the driver threw.</param>
    public static DrException From(INode node, string tried, Exception error) => (error as DbException)?.SqlState switch
    {
        "3D000" => DatabaseMissing(node, tried, error),
        "57P03" => PostgresNotAccepting(node, tried, error),
        "57P01" or "57P02" => PostgresEndedConnection(node, tried, error),
        "28000" or "28P01" => PostgresLoginRefused(node, tried, error),
        "42501" => PostgresPermissionDenied(node, tried, error),
        "53300" => PostgresConnectionsExhausted(node, tried, error),
        "57014" => PostgresTimedOut(node, tried, error),
        null when error is TimeoutException || error.InnerException is TimeoutException => PostgresTimedOut(node, tried, error),
        null => PostgresConnectionLost(node, tried, error),
        _ => PostgresQueryFailed(node, tried, error),
    };

    public static DrException PostgresNotRunning(INode node, string socket, Exception cause) => DrException.Of(
        DrErrorKind.Unreachable,
        node.Name,
        $"Connecting to PostgreSQL at {socket}",
        "nothing listens at that socket",
        "See whether PostgreSQL runs there (its state in Get-PatroniCluster), and that postgres.socketDirectory and postgres.port are right in the topology file.",
        cause);

    private static DrException DatabaseMissing(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.NotFound,
        node.Name,
        tried,
        Answer(cause),
        "Correct postgres.database in the topology file, or restore the database.",
        cause);

    private static DrException PostgresNotAccepting(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Busy,
        node.Name,
        tried,
        Answer(cause),
        "The server is starting, stopping or recovering: try again when it accepts connections; its log says how far it is.",
        cause);

    private static DrException PostgresEndedConnection(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Unreachable,
        node.Name,
        tried,
        Answer(cause),
        "The server was stopped, restarted or demoted in the middle of it: look at Get-PatroniCluster and try again.",
        cause);

    private static DrException PostgresLoginRefused(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        node.Name,
        tried,
        Answer(cause),
        "pg_hba.conf must let the operating-system user of postgres.user in by peer authentication: local all postgres peer.",
        cause);

    private static DrException PostgresPermissionDenied(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Permission,
        node.Name,
        tried,
        Answer(cause),
        "postgres.user must be a superuser of the database server.",
        cause);

    private static DrException PostgresConnectionsExhausted(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Busy,
        node.Name,
        tried,
        Answer(cause),
        "See in pg_stat_activity who holds the connections, and whether max_connections is enough.",
        cause);

    private static DrException PostgresTimedOut(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        node.Name,
        tried,
        Answer(cause),
        "Look on the node for what it waits for: storage that hangs, a lock, too little of everything.",
        cause);

    private static DrException PostgresConnectionLost(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Unreachable,
        node.Name,
        tried,
        $"the connection broke ({Answer(cause)})",
        "See whether PostgreSQL and the host still run, and try again.",
        cause);

    private static DrException PostgresQueryFailed(INode node, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Remote,
        node.Name,
        tried,
        Answer(cause),
        "The message is PostgreSQL's own.",
        cause);

    // The innermost says why; the driver's own words around it only where.
    private static string Answer(Exception error) => error.GetBaseException().Message;
}
