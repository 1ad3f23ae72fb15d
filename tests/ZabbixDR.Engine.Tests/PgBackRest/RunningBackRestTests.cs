using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class RunningBackRestTests
{
    [Fact]
    public void The_backup_is_found_among_all_processes_and_the_archiver_is_not()
    {
        var running = Assert.Single(RunningBackRest.Find("pg-siteA", "zabbix-cluster", Recording.Lines("2.55.1", "ps-backup-running.txt")));

        Assert.Equal(("pg-siteA", "postgres"), (running.Node, running.User));
        Assert.Equal("pgbackrest --stanza=zabbix-cluster --type=full --log-level-console=off backup", running.Command);
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 12, 42, 0, TimeSpan.Zero), running.Since, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("  7 root   Tue Nov  3 01:02:03 2026 /usr/bin/pgbackrest backup --stanza=main", true)]
    [InlineData("  7 root   Tue Nov  3 01:02:03 2026 pgbackrest --stanza=main expire", true)]
    [InlineData("  7 root   Tue Nov  3 01:02:03 2026 pgbackrest stanza-delete", true)]
    [InlineData("  7 root   Tue Nov  3 01:02:03 2026 pgbackrest --stanza=other backup", false)]
    [InlineData("  7 root   Tue Nov  3 01:02:03 2026 pgbackrest --stanza=main verify", false)]
    [InlineData("  7 root   Tue Nov  3 01:02:03 2026 sudo -u postgres pgbackrest --stanza=main backup", false)]
    [InlineData("  7 root   Tue Nov  3 01:02:03 2026 pgbackrest --exec-id=1-2 --stanza=main backup:local", false)]
    [InlineData("", false)]
    public void What_takes_the_stanzas_backup_lock_is_told_from_all_else(string line, bool found) =>
        Assert.Equal(found, RunningBackRest.Find("n", "main", [line]).Any(one => one.Since == new DateTimeOffset(2026, 11, 3, 1, 2, 3, TimeSpan.Zero)));
}
