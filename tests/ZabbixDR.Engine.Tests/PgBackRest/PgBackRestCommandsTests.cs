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

    [Theory]
    [InlineData(PgRecoveryGoalKind.Time, "2026-03-14 02:40:00.000000+00", false, "--type=time '--target=2026-03-14 02:40:00.000000+00' --target-action=promote")]
    [InlineData(PgRecoveryGoalKind.Lsn, "0/1F000028", true, "--type=lsn --target=0/1F000028 --target-exclusive --target-action=promote")]
    [InlineData(PgRecoveryGoalKind.Xid, "48112", true, "--type=xid --target=48112 --target-exclusive --target-action=promote")]
    [InlineData(PgRecoveryGoalKind.Name, "before it's late", false, "--type=name '--target=before it'\\''s late' --target-action=promote")]
    [InlineData(PgRecoveryGoalKind.Immediate, null, false, "--type=immediate --target-action=promote")]
    [InlineData(PgRecoveryGoalKind.Latest, null, false, "--type=default")]
    public void A_restore_names_set_target_and_timeline(PgRecoveryGoalKind kind, string? value, bool exclusive, string options)
    {
        var command = new PgBackRestCommands("zabbix-cluster", "postgres", null).Restore(2, "20260314-010203F", new PgRecoveryGoal(kind, value, exclusive), 3, "/data");

        Assert.Equal(
            $"pgbackrest --stanza=zabbix-cluster --pg1-path=/data --repo=2 --set=20260314-010203F {options}{(kind == PgRecoveryGoalKind.Immediate ? "" : " --target-timeline=3")} --delta --log-level-console=detail --log-level-stderr=off --log-timestamp restore",
            ZabbixDR.Engine.Nodes.ShellQuoting.Quote(command));
    }

    [Fact]
    public void A_backup_after_which_nothing_is_to_expire_says_so() =>
        Assert.Contains("--no-expire-auto", new PgBackRestCommands("zabbix-cluster", "postgres", null).Backup(new BackupRequest(PgBackRestBackupType.Full, 1, TimeSpan.FromHours(3)) { KeepsAll = true }).Arguments);

    [Fact]
    public void A_backup_of_a_run_is_annotated_with_it() =>
        Assert.Contains("--annotation=zabbixdr-run=20260314T010203Z-ab12", new PgBackRestCommands("zabbix-cluster", "postgres", null).Backup(new BackupRequest(PgBackRestBackupType.Full, 1, TimeSpan.FromHours(3)) { Run = "20260314T010203Z-ab12" }).Arguments);

    [Fact]
    public void Reading_is_bounded_on_the_node_itself_too()
    {
        var command = new PgBackRestCommands("zabbix-cluster", "postgres", null).Info(null);

        Assert.Contains("--io-timeout=5", command.Arguments);
        Assert.Equal(TimeSpan.FromSeconds(60), command.TimeLimit);
    }
}
