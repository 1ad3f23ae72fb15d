namespace ZabbixDR.Lab.Tests;

/// <summary>Repositories that are damaged for real, and judged.</summary>
[Collection(LabTestGroup.Name)]
public sealed class RepositoryTests(LabFixture fixture, RepositoryCopy copy) : IClassFixture<RepositoryCopy>
{
    // A byte is changed, so that the file keeps its size.
    private const string Flip = """flip() { printf '\252\252\252\252' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }; """;
    private const string Segment = """nth() { ls "$2"/*-*.zst | sed -n "$1p"; }; """;

    [Fact]
    public async Task A_clean_repository_passes_in_every_aspect()
    {
        await copy.RenewAsync("");

        var checks = copy.Test("-Full");

        Assert.All(checks, check => Assert.True(check.Status == ReadinessStatus.Pass, check.Finding));
        Assert.Equal(Enum.GetValues<PgBackRestAspect>(), checks.Select(check => check.Aspect));
        Assert.Equal(copy.Leader, checks[0].Source);
    }

    [Fact]
    public async Task A_segment_that_is_deleted_in_the_middle_is_named_with_the_time_that_is_lost_where_verify_calls_all_well()
    {
        var segment = await DeleteAsync(3);

        var check = Assert.Single(copy.Test(), check => check.Status != ReadinessStatus.Pass);

        Assert.Contains("status: ok", await copy.PgBackRestAsync("--log-level-console=info", "--verbose", "verify"), StringComparison.Ordinal);
        Assert.Equal((PgBackRestAspect.Wal, PgBackRestFileState.Lost, ReadinessStatus.Fail), (check.Aspect, check.State, check.Status));
        Assert.EndsWith(segment, check.File, StringComparison.Ordinal);
        Assert.Empty(check.SetsLost);
        Assert.NotEmpty(check.TimeLost);
        Assert.True(check.TimeLost[^1].From > copy.Sets[^1].StoppedAt);
    }

    [Fact]
    public async Task A_segment_that_a_set_needs_takes_the_set_with_it()
    {
        var set = copy.Sets[^1];
        await copy.RenewAsync($"rm archive/zabbix-cluster/17-1/{set.WalStop![..16]}/{set.WalStop}-*");

        var check = Assert.Single(copy.Test(), check => check.Status == ReadinessStatus.Fail);

        Assert.Equal([set.Label], check.SetsLost);
        Assert.Contains(set.WalStop!, check.File, StringComparison.Ordinal);
        Assert.Contains(set.Label, check.Consequence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_damaged_inside_files_is_found_by_reading_them_and_each_is_named_with_what_it_costs()
    {
        await copy.RenewAsync(Flip + Segment +
            """
            s=backup/zabbix-cluster/$1
            flip $s/pg_data/base/1/1255.zst 2000; truncate -s 100 $s/pg_data/base/1/1247.zst; rm $s/pg_data/base/1/1249.zst
            flip $s/backup.manifest 2000
            flip "$(nth 2 $2)" 100
            """);

        var bad = copy.Test("-Full").Where(check => check.Status != ReadinessStatus.Pass).ToList();

        Assert.Equal(5, bad.Count);
        Assert.Equal([("1247.zst", PgBackRestFileState.Damaged), ("1249.zst", PgBackRestFileState.Lost), ("1255.zst", PgBackRestFileState.Damaged)],
            bad.Where(check => check.File!.Contains("/pg_data/", StringComparison.Ordinal)).Select(check => (check.File![(check.File!.LastIndexOf('/') + 1)..], check.State!.Value)).Order());
        Assert.All(bad.Where(check => check.File!.Contains("/pg_data/", StringComparison.Ordinal)), check => Assert.Equal([copy.LastFull.Label, copy.Sets[^1].Label], check.SetsLost));
        Assert.Equal(ReadinessStatus.Warn, Assert.Single(bad, check => check.File!.EndsWith("/backup.manifest", StringComparison.Ordinal)).Status);
        Assert.Contains(bad, check => check.File!.StartsWith("archive/", StringComparison.Ordinal) && check.State is PgBackRestFileState.Damaged or PgBackRestFileState.Unreadable);
    }

    [Theory]
    [InlineData("flip backup/zabbix-cluster/$1/backup.manifest 2000; flip backup/zabbix-cluster/$1/backup.manifest.copy 2000", "-Full", PgBackRestFileState.Damaged)]
    [InlineData("rm backup/zabbix-cluster/$1/backup.manifest*", "", PgBackRestFileState.Lost)]
    public async Task A_set_whose_manifest_and_copy_are_gone_is_lost_and_what_builds_on_it_too(string damage, string how, PgBackRestFileState state)
    {
        await copy.RenewAsync(Flip + damage);

        var check = Assert.Single(copy.Test(how), check => check.Status == ReadinessStatus.Fail);

        Assert.Equal(state, check.State);
        Assert.EndsWith("/backup.manifest", check.File, StringComparison.Ordinal);
        Assert.Equal([copy.LastFull.Label, copy.Sets[^1].Label], check.SetsLost);
    }

    // pgBackRest tries again for a quarter of a minute what it cannot open.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_segment_that_may_not_be_read_and_one_that_is_cut_short_are_named()
    {
        await copy.RenewAsync(Segment + """f="$(nth 2 $2)"; chown root "$f"; chmod 0 "$f"; truncate -s 100 "$(nth 3 $2)" """);

        var bad = copy.Test("-Full").Where(check => check.Status != ReadinessStatus.Pass).ToList();

        Assert.Equal(2, bad.Count);
        Assert.All(bad, check => Assert.Equal((PgBackRestAspect.Content, PgBackRestFileState.Unreadable), (check.Aspect, check.State!.Value)));
        Assert.Contains(bad, check => check.Finding.Contains("Permission denied", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_passphrase_is_told_and_nothing_is_called_well()
    {
        await copy.RenewAsync("sed -i 's/^repo1-cipher-pass=.*/repo1-cipher-pass=wrong/' ../pgbackrest.conf");

        var check = Assert.Single(copy.Test("-Full"));

        Assert.Equal((PgBackRestAspect.Info, ReadinessStatus.Fail), (check.Aspect, check.Status));
        Assert.Contains("passphrase", check.Remediation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WAL_that_waits_on_the_primary_is_told_as_late()
    {
        var folder = Path.Combine(fixture.Lab.SharedRepositoryFolder, "archive", "zabbix-cluster", "archive.info");
        await fixture.Lab.ExecCheckedAsync(copy.Leader, "sh", "-ec", "cd /mnt/backup/pgbackrest/archive; mv zabbix-cluster/17-1 held; : >zabbix-cluster/17-1");
        try
        {
            await fixture.Lab.ExecCheckedAsync(copy.Leader, "runuser", "-u", "postgres", "--", "psql", "-XAtqc", "create table late(); drop table late; select pg_switch_wal()");
            await Task.Delay(TimeSpan.FromSeconds(3));
            await copy.RenewAsync("");

            var check = Assert.Single(copy.Test("-MaxArchiveDelay 1s"), check => check.Status != ReadinessStatus.Pass);

            Assert.True(File.Exists(folder));
            Assert.Equal((PgBackRestAspect.Wal, PgBackRestFileState.Late, ReadinessStatus.Fail), (check.Aspect, check.State, check.Status));
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(copy.Leader, "sh", "-ec", "cd /mnt/backup/pgbackrest/archive; rm zabbix-cluster/17-1; mv held zabbix-cluster/17-1");
        }
    }

    private async Task<string> DeleteAsync(int after)
    {
        var stop = copy.Sets[^1].WalStop!;
        var number = Convert.ToInt64(stop[16..], 16) + after;
        var segment = $"{stop[..16]}{number:X8}";
        await copy.RenewAsync($"rm archive/zabbix-cluster/17-1/{stop[..16]}/{segment}-*");
        return segment;
    }
}
