using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class BackupOptionsTests
{
    private const string Label = "20261129-090802F";

    // Of a line that 2.55.1 wrote (pgbackrest repo-get backup/zabbix-cluster/backup.info), what is of interest.
    private const string Line = Label + """={"backrest-format":5,"backup-error":false,"option-online":true,"option-archive-check":true,"option-hardlink":false}""";

    [Fact]
    public void Options_come_by_name_and_the_same_ones_have_the_same_checksum()
    {
        var options = BackupOptions.Read(Line + "\n", Label)!;

        Assert.Equal(["archive-check=true", "hardlink=false", "online=true"], options.Select(option => $"{option.Key}={option.Value}"));

        // printf 'archive-check=true\nhardlink=false\nonline=true\n' | sha256sum
        Assert.Equal("722747f38d75600230624907cc58f152e3a2b001e112db79925bd28628014c96", BackupOptions.Checksum(options));
        Assert.NotEqual(BackupOptions.Checksum(options), BackupOptions.Checksum(BackupOptions.Read(Line.Replace("hardlink\":false", "hardlink\":true", StringComparison.Ordinal), Label)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("20261129-090802F_20261129-100802I={}")]
    [InlineData(Label + "=")]
    [InlineData(Label + "=[")]
    public void A_line_that_is_not_the_sets_has_none(string line) => Assert.Null(BackupOptions.Read(line, Label));
}
