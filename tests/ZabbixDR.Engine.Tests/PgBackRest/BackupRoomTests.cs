using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class BackupRoomTests
{
    private static readonly IReadOnlyList<PgBackRestBackup> s_recorded = InfoReader.Backups(InfoReader.Find(Recording.Bytes("2.55.1", "info.json"), "zabbix-cluster", "n"), "n");

    [Theory]
    [InlineData("FFFFD", PgBackRestBackupType.Full, "1,2,3")]
    [InlineData("FDID", PgBackRestBackupType.Diff, "1,3")]
    [InlineData("FD", PgBackRestBackupType.Incr, "")]
    [InlineData("", PgBackRestBackupType.Full, "")]
    public void The_estimate_goes_by_the_last_three_of_the_type(string types, PgBackRestBackupType wanted, string expected) =>
        Assert.Equal(expected, string.Join(',', BackupRoom.Like([.. types.Select(Set)], wanted).Select(set => set.Label)));

    [Fact]
    public void The_largest_counts_and_a_fifth_more()
    {
        var room = new BackupRoom([Set('F', 0) with { RepositoryBackupSize = 500 }, Set('F', 1) with { RepositoryBackupSize = 1000 }], "/backup", 1199);

        Assert.Equal(1200, room.Estimate);
        Assert.Equal("the last 2 sets of the type took up to 1000 B (0, 1), with a fifth more that is 1.2 KiB, and /backup has 1.2 KiB free", $"{room}");
    }

    private static PgBackRestBackup Set(char type, int number) => s_recorded[0] with
    {
        Label = $"{number}",
        Type = type switch { 'F' => PgBackRestBackupType.Full, 'D' => PgBackRestBackupType.Diff, _ => PgBackRestBackupType.Incr },
    };
}
