using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class WalArchiveTests
{
    [Fact]
    public void Whole_segments_and_histories_are_told_from_partial_ones_and_backup_files()
    {
        var archive = Assert.Single(WalArchive.Of(RepositoryListing.Files(Recording.Text("2.55.1", "repo-ls-archive.json")), []));

        Assert.Equal(("17-1", 1, WalSegment.DefaultSize), (archive.Id, archive.DatabaseId, archive.SegmentSize));
        Assert.Equal([2, 3], archive.Histories.Order());
        Assert.Empty(archive.Uploading);
        Assert.DoesNotContain(new WalSegment(1, 0x0C), archive.Segments.Keys);
        Assert.Contains(new WalSegment(2, 0x0C), archive.Segments.Keys);
        Assert.Equal("archive/zabbix-cluster/17-1/0000000100000000/000000010000000000000003-34ab754312e548cbf05402463469c43b0f45b0a8.zst", archive.PathOf(new WalSegment(1, 3), "zabbix-cluster"));
    }
}
