using System.Buffers;
using System.Text;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class InfoReaderTests
{
    [Fact]
    public void Every_part_of_a_set_is_read()
    {
        var backup = Read("2.55.1").Single(set => set.Type == PgBackRestBackupType.Diff);

        Assert.Equal("zabbix-cluster", backup.Stanza);
        Assert.Equal("20261122-211136F_20261122-211155D", backup.Label);
        Assert.Equal(1, backup.Repository);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 21, 11, 55, TimeSpan.Zero), backup.StartedAt);
        Assert.Equal(TimeSpan.FromSeconds(4), backup.Duration);
        Assert.Equal((96439032, 205060), (backup.DatabaseSize, backup.DatabaseBackupSize));
        Assert.Equal((13665760, 25008), (backup.RepositorySize, backup.RepositoryBackupSize));
        Assert.Equal(("00000002000000000000001F", "00000002000000000000001F"), (backup.WalStart, backup.WalStop));
        Assert.Equal(2, backup.Timeline);
        Assert.Equal("0/1F000028", backup.LsnStart);
        Assert.Equal("20261122-211136F", backup.Prior);
        Assert.Equal(["20261122-211136F"], backup.References);
        Assert.False(backup.HasPageErrors);
        Assert.Equal("test", backup.Annotations["reason"]);
        Assert.Equal("2.55.1", backup.PgBackRestVersion);
        Assert.Equal((1, "17", "7711102339239284894"), (backup.DatabaseId, backup.DatabaseVersion, backup.SystemIdentifier));
        Assert.Equal("pg-siteA", backup.Source);
    }

    [Theory]
    [MemberData(nameof(Recording.Versions), MemberType = typeof(Recording))]
    public void Sets_come_oldest_first_and_build_on_each_other(string version)
    {
        var sets = Read(version);

        Assert.Equal(sets.OrderBy(set => set.StoppedAt), sets);
        Assert.Equal([PgBackRestBackupType.Full, PgBackRestBackupType.Diff, PgBackRestBackupType.Incr], sets.TakeLast(3).Select(set => set.Type));
        Assert.Equal([null, sets[^3].Label, sets[^2].Label], sets.TakeLast(3).Select(set => set.Prior));
    }

    [Theory]
    [InlineData("info-stanza-missing.json", "other", StanzaStatus.MissingPath)]
    [InlineData("info-repository-missing.json", "zabbix-cluster", StanzaStatus.MissingPath)]
    [InlineData("info-permission-denied.json", "zabbix-cluster", 99)]
    [InlineData("info-cipher-wrong.json", "zabbix-cluster", 99)]
    [InlineData("info-backup-running.json", "zabbix-cluster", StanzaStatus.Ok)]
    public void What_info_says_with_exit_code_0_is_told_by_its_status(string file, string stanza, int status)
    {
        foreach (var version in Recording.AllVersions)
        {
            Assert.Equal(status, InfoReader.Find(Recording.Bytes(version, file), stanza, "pg-siteA").Repo.Single().Status.Code);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""[{"name":"zabbix-cluster"}]""")]
    [InlineData("WARN: something\n[]")]
    public void An_answer_that_is_none_is_an_error_and_not_an_empty_list(string answer)
    {
        var error = Assert.Throws<DrException>(() => InfoReader.Find(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(answer)), "zabbix-cluster", "pg-siteA"));

        Assert.Equal(("InfoUnreadable", DrErrorKind.InvalidData, "pg-siteA"), (error.Id, error.Kind, error.Node));
    }

    private static IReadOnlyList<PgBackRestBackup> Read(string version) =>
        InfoReader.Backups(InfoReader.Find(Recording.Bytes(version, "info.json"), "zabbix-cluster", "pg-siteA"), "pg-siteA");
}
