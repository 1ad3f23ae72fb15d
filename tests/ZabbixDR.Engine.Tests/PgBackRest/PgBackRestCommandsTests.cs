using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class PgBackRestCommandsTests
{
    [Theory]
    [InlineData(PgBackRestBackupType.Full, null, "pgbackrest --stanza=zabbix-cluster --type=full --log-level-console=detail --log-level-stderr=off --log-timestamp backup")]
    [InlineData(PgBackRestBackupType.Incr, 2, "pgbackrest --stanza=zabbix-cluster --repo=2 --type=incr --log-level-console=detail --log-level-stderr=off --log-timestamp backup")]
    public void A_backup_runs_as_the_owner_within_its_limit(PgBackRestBackupType type, int? repository, string line)
    {
        var command = new PgBackRestCommands("zabbix-cluster", "postgres", null).Backup(new BackupRequest(type, repository, TimeSpan.FromHours(3)));

        Assert.Equal((line, "postgres", TimeSpan.FromHours(3)), (command.ToString(), command.User, command.TimeLimit));
    }

    [Fact]
    public void Reading_is_bounded_on_the_node_itself_too()
    {
        var command = new PgBackRestCommands("zabbix-cluster", "postgres", null).Info(null);

        Assert.Contains("--io-timeout=5", command.Arguments);
        Assert.Equal(TimeSpan.FromSeconds(60), command.TimeLimit);
    }
}
