using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class ExpireReportTests
{
    [Fact]
    public void A_set_is_named_with_all_that_builds_on_it()
    {
        var report = ExpireReport.Read(Recording.Lines("2.55.1", "expire-set-dry-run.log"));

        Assert.Equal(
            [(1, "20261129-124942F"), (1, "20261129-124942F_20261129-124954I"), (1, "20261129-124942F_20261129-125022I"), (1, "20261129-124942F_20261129-125035I")],
            report.Sets);
        Assert.Empty(report.Wal);
    }

    [Fact]
    public void What_retention_lets_go_is_full_sets_differential_ones_and_WAL()
    {
        var report = ExpireReport.Read(Recording.Lines("2.55.1", "expire-retention-dry-run.log"));

        Assert.Equal(6, report.Sets.Count);
        Assert.Equal(["20261129-125442F_20261129-125451D", "20261129-125442F_20261129-125456I"], report.Sets.Select(set => set.Label).TakeLast(2));
        Assert.Equal(["WAL 000000020000000000000031 to 00000002000000000000003D of 17-1 in repository 1"], report.Wal);
    }

    [Theory]
    [InlineData("P00   INFO: repo12: expire time-based backup 20261129-125442F", 12, "20261129-125442F")]
    [InlineData("P00   INFO: repo2: expire full backup 20261129-125442F", 2, "20261129-125442F")]
    public void One_set_alone_has_no_word_before_it(string line, int repository, string label) =>
        Assert.Equal([(repository, label)], ExpireReport.Read([line]).Sets);
}
