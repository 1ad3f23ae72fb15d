using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class VerifyReportTests
{
    [Fact]
    public void Each_damaged_file_is_read_with_how_it_was_found()
    {
        var report = VerifyReport.Read(Recording.Lines("2.55.1", "verify-damaged.log").Select(PgBackRestErrors.Printable));

        Assert.True(report.IsComplete);
        Assert.Equal(
            [
                ("17-1/0000000100000000/000000010000000000000003-34ab754312e548cbf05402463469c43b0f45b0a8.zst", PgBackRestFileState.Damaged),
                ("17-1/0000000100000000/000000010000000000000004-74d854450150d18423b4ccaebd10157ec512fed4.zst", PgBackRestFileState.Unreadable),
                ("20261129-084538F/pg_data/base/1/1249.zst", PgBackRestFileState.Lost),
                ("20261129-084538F/pg_data/base/1/1255.zst", PgBackRestFileState.Damaged),
            ],
            report.Files.Select(file => (file.Path, file.State)));
        Assert.Contains("Permission denied", report.Files[1].Why, StringComparison.Ordinal);
        Assert.Equal([new KeyValuePair<string, bool>("20261129-084538F", true)], report.Manifests);
        Assert.Empty(report.Stanza);
        Assert.Equal((71, 2226), (report.Wal, report.BackupFiles));
    }

    [Fact]
    public void A_set_without_a_usable_manifest_is_told_by_its_files_that_were_not_checked()
    {
        var report = VerifyReport.Read(["stanza: s", "status: error", "  backup: 20261129-084538F, status: invalid, total files checked: 0, total valid files: 0"]);

        Assert.Equal([new KeyValuePair<string, bool>("20261129-084538F", false)], report.Manifests);
    }

    [Fact]
    public void A_report_that_breaks_off_is_not_complete() => Assert.False(VerifyReport.Read(Recording.Lines("2.55.1", "verify-damaged.log").Take(5)).IsComplete);
}
