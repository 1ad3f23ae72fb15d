using Npgsql;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Tests.Postgres;

public sealed class PostgresErrorsTests
{
    [Theory]
    [InlineData("3D000", "database \"zabbix\" does not exist", "DatabaseMissing", DrErrorKind.NotFound)]
    [InlineData("57P03", "the database system is starting up", "PostgresNotAccepting", DrErrorKind.Busy)]
    [InlineData("57P03", "the database system is shutting down", "PostgresNotAccepting", DrErrorKind.Busy)]
    [InlineData("57P03", "the database system is not yet accepting connections", "PostgresNotAccepting", DrErrorKind.Busy)]
    [InlineData("57P01", "terminating connection due to administrator command", "PostgresEndedConnection", DrErrorKind.Unreachable)]
    [InlineData("28000", "Peer authentication failed for user \"postgres\"", "PostgresLoginRefused", DrErrorKind.Authentication)]
    [InlineData("42501", "permission denied for function pg_control_system", "PostgresPermissionDenied", DrErrorKind.Permission)]
    [InlineData("53300", "sorry, too many clients already", "PostgresConnectionsExhausted", DrErrorKind.Busy)]
    [InlineData("57014", "canceling statement due to statement timeout", "PostgresTimedOut", DrErrorKind.Timeout)]
    [InlineData("XX001", "invalid page in block 0", "PostgresQueryFailed", DrErrorKind.Remote)]
    public async Task PostgreSQLs_answer_becomes_the_error_that_says_what_to_do(string state, string message, string id, DrErrorKind kind)
    {
        await using var nodes = new NodeSet(Topology(), new SessionAccess());

        var error = PostgresErrors.From(nodes.Get("pg-siteA"), "Asking", new PostgresException(message, "FATAL", "FATAL", state));

        Assert.Equal((id, kind, "pg-siteA"), (error.Id, error.Kind, error.Node));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_no_answer_of_PostgreSQL()
    {
        await using var nodes = new NodeSet(Topology(), new SessionAccess());

        var error = PostgresErrors.From(nodes.Get("pg-siteA"), "Asking", new NpgsqlException("Exception while reading from stream", new EndOfStreamException("Attempted to read past the end of the stream.")));

        Assert.Equal("PostgresConnectionLost", error.Id);
        Assert.Contains("past the end", error.Message, StringComparison.Ordinal);
    }

    private static DrTopology Topology() => new()
    {
        Name = "test",
        Path = "/none.yaml",
        Access = new AccessSettings(),
        Sites = [new DrSite("A", null)],
        Nodes = [new DrTopologyNode("pg-siteA", "A", "10.77.1.21", 22, [NodeRole.Postgres])],
    };
}
