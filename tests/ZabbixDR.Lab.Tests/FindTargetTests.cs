using System.Globalization;

namespace ZabbixDR.Lab.Tests;

/// <summary>What was destroyed, found in the archived WAL, held against what the transactions themselves said of their numbers.</summary>
[Collection(LabTestGroup.Name)]
public sealed class FindTargetTests(LabFixture fixture, RepositoryCopy copy) : IClassFixture<RepositoryCopy>
{
    private const string Scratch = "/var/tmp/zabbixdr-wal.*";

    [Fact]
    public async Task Each_drop_truncation_and_mass_delete_is_found_with_its_number_its_rows_and_its_name()
    {
        var leader = copy.Leader;
        var after = await ClockAsync(leader);
        await QueryAsync("DROP TABLE IF EXISTS find_kept, find_emptied, find_dropped, find_rewritten, find_new, find_large; CREATE TABLE find_kept (n int PRIMARY KEY, note text); CREATE TABLE find_emptied (n int PRIMARY KEY, note text); CREATE TABLE find_dropped (n int PRIMARY KEY, note text); CREATE TABLE find_rewritten (n int PRIMARY KEY, note text)");
        var fill = await TransactionAsync("INSERT INTO find_kept SELECT n, 'note' FROM generate_series(1, 1000) n; INSERT INTO find_emptied SELECT n FROM generate_series(1, 50) n; INSERT INTO find_dropped SELECT n FROM generate_series(1, 60) n; INSERT INTO find_rewritten SELECT n FROM generate_series(1, 70) n");
        var file = await QueryAsync("SELECT '1663/' || d.oid || '/' || pg_relation_filenode('find_dropped') FROM pg_database d WHERE datname = 'zabbix'");
        var delete = await TransactionAsync("DELETE FROM find_kept WHERE n <= 500");
        var saved = await TransactionAsync("SAVEPOINT one; DELETE FROM find_kept WHERE n BETWEEN 501 AND 520; SAVEPOINT two; DELETE FROM find_kept WHERE n BETWEEN 521 AND 550; ROLLBACK TO two; RELEASE one; DELETE FROM find_kept WHERE n BETWEEN 601 AND 607");
        var single = await TransactionAsync("DELETE FROM find_kept WHERE n = 700");
        var gone = await TransactionAsync("DELETE FROM find_kept WHERE n > 700", "ROLLBACK");
        var update = await TransactionAsync("UPDATE find_kept SET note = 'changed'");
        var truncate = await TransactionAsync("TRUNCATE find_emptied; INSERT INTO find_emptied VALUES (1)");
        await QueryAsync("VACUUM FULL find_rewritten; CREATE TABLE find_large AS SELECT generate_series(1, 200000) n");
        var large = await TransactionAsync("DELETE FROM find_large");
        var drop = await TransactionAsync("CREATE TABLE find_new (); DROP TABLE find_dropped");
        await ArchiveAsync(leader);

        var run = fixture.Session.Run("param($a) Find-PgRecoveryTarget -After $a", after).Require();

        var found = run.As<PgWalTransaction>();
        Assert.Equal(found.OrderBy(one => one.Lsn), found);
        var deleted = Single(found, delete);
        Assert.Equal(("public.find_kept", "zabbix", 500L, PgRelationFate.Kept), One(deleted));
        Assert.Equal((500L, false, false), (deleted.Deleted, deleted.IsDestructive, deleted.IsPartial));
        Assert.Equal(("public.find_kept", "zabbix", 27L, PgRelationFate.Kept), One(Single(found, saved)));
        Assert.Equal(1, Single(found, single).Deleted);

        // More than a segment holds: records that cross into the next are counted, once.
        Assert.Equal(200_000, Single(found, large).Deleted);
        var emptied = Single(found, truncate);
        Assert.Equal(("public.find_emptied", "zabbix", 0L, PgRelationFate.Truncated), One(emptied));
        Assert.Equal(1, emptied.Inserted);
        var dropped = Single(found, drop);
        Assert.All(dropped.Changes, change => Assert.Equal(PgRelationFate.Dropped, change.Fate));
        Assert.Contains(file, dropped.Changes.Select(change => change.Relation));
        Assert.Equal(PgRelationFate.Rewritten, found.SelectMany(one => one.Changes).Single(change => change.Relation == "public.find_rewritten").Fate);
        Assert.DoesNotContain(found, one => new[] { fill, gone, update }.Contains(one.Xid));
        Assert.All(found, one => Assert.True(one.Time >= after));

        // All of them, by rows and by name; and none before its moment, or after it.
        var all = fixture.Session.Run("param($a) Find-PgRecoveryTarget -After $a -All -MinimumRows 200 -Relation find_kept", after).Require().As<PgWalTransaction>();
        Assert.Equal([fill, delete, update], all.Select(one => one.Xid));
        Assert.Equal([1000L, 0, 472], [all[0].Changes.Single(change => change.Relation == "public.find_kept").Inserted, all[1].Inserted, all[2].Updated]);
        var between = fixture.Session.Run("param($a, $b) Find-PgRecoveryTarget $a $b", deleted.Time, deleted.Time).SingleError;
        Assert.StartsWith("SpanEmpty,", between.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal([delete], fixture.Session.Run("param($a, $b) Find-PgRecoveryTarget $a $b -Relation find_kept", deleted.Time, deleted.Time.AddTicks(10)).Require().As<PgWalTransaction>().Select(one => one.Xid));

        // Piped on: to before it, and nothing else of it binds.
        fixture.Session.Run("param($a) Find-PgRecoveryTarget -After $a -MinimumRows 500 -Relation find_kept | Restore-PgPointInTime -Exclusive -WhatIf", after).Require();
        Assert.Contains(fixture.Session.Shown, text => text.Contains($"transaction {delete}, itself left out", StringComparison.Ordinal));
        Assert.Empty(fixture.Session.Run("(Get-Command Restore-PgPointInTime).Parameters.Timeline.Attributes.ValueFromPipelineByPropertyName.Where{ $_ }").Output);

        await LeftNothingAsync();
        await QueryAsync("DROP TABLE find_kept, find_emptied, find_rewritten, find_new, find_large");
    }

    [Fact]
    public async Task What_is_not_archived_yet_is_told()
    {
        await ArchiveAsync(copy.Leader);
        var after = await ClockAsync(copy.Leader);
        await QueryAsync("CREATE TABLE find_late (); DROP TABLE find_late");

        var run = fixture.Session.Run("param($a) Find-PgRecoveryTarget -After $a", after).Require();

        Assert.Empty(run.Output);
        Assert.Contains("pg_switch_wal()", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_is_missing_in_the_middle_is_told_and_what_lies_on_both_sides_is_found()
    {
        var stop = copy.Sets[^1].WalStop!;
        var hole = $"{stop[..16]}{Convert.ToInt64(stop[16..], 16) + 3:X8}";
        await copy.RenewAsync("");
        var whole = Find(copy.Sets[^1].StoppedAt);
        await copy.RenewAsync($"rm archive/zabbix-cluster/17-1/{stop[..16]}/{hole}-*");

        var parted = Find(copy.Sets[^1].StoppedAt);

        var (all, left) = (Xids(whole), Xids(parted));
        Assert.DoesNotContain(whole.Warnings, warning => warning.Contains("is not known", StringComparison.Ordinal));
        Assert.Subset(all.ToHashSet(), left.ToHashSet());
        Assert.Equal((all[0], all[^1]), (left[0], left[^1]));
        Assert.True(left.Count < all.Count, $"{left.Count} of {all.Count} were found");
        Assert.Contains(parted.Warnings, warning => warning.StartsWith($"{hole} is not in repository 1: what was committed between ", StringComparison.Ordinal));
        await LeftNothingAsync();
    }

    [Fact]
    public async Task A_damaged_segment_and_a_repository_that_is_away_are_errors_and_leave_nothing()
    {
        var stop = copy.Sets[^1].WalStop!;
        await copy.RenewAsync($"for f in archive/zabbix-cluster/17-1/{stop[..16]}/{stop[..16]}{Convert.ToInt64(stop[16..], 16) + 3:X8}-*; do truncate -s 100 $f; done");
        var damaged = Find(copy.Sets[^1].StoppedAt);
        await copy.RenewAsync("mv ../repository ../away; mkdir ../repository");
        var away = Find(copy.Sets[^1].StoppedAt);
        await fixture.Lab.ExecCheckedAsync(copy.Leader, "rm", "-rf", "/var/tmp/repository-copy/away");

        Assert.StartsWith("WalUnreadable,", damaged.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(away.Output);
        Assert.Equal("RepositoryMissing", away.SingleError.FullyQualifiedErrorId.Split(',')[0]);
        await LeftNothingAsync();
    }

    [Fact]
    public async Task A_span_before_the_archive_is_told_and_gives_nothing()
    {
        await copy.RenewAsync("");

        var run = fixture.Session.Run("param($t) Find-PgRecoveryTarget '2020-01-01 00:00+00' '2020-02-01 00:00+00' -Topology $t", copy.Topology).Require();

        Assert.Empty(run.Output);
        Assert.Contains(run.Warnings, warning => warning.StartsWith("The WAL of repository 1 begins with ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/0*")]
    public async Task Ctrl_C_ends_the_reading_on_the_node_and_leaves_nothing_there(string whenThereIs)
    {
        await copy.RenewAsync("");
        var begun = fixture.Lab.ExecCheckedAsync(copy.Leader, "sh", "-c", $"for attempt in $(seq 1000); do ls -d {Scratch}{whenThereIs} 2>/dev/null && exit 0; sleep 0.01; done; exit 1");

        var (_, stopping) = fixture.Session.RunAndStop(begun, "param($t) Find-PgRecoveryTarget '2020-01-01 00:00+00' -Topology $t", copy.Topology);

        Assert.True(stopping < TimeSpan.FromSeconds(2), $"Ctrl+C was answered after {stopping}");
        await LeftNothingAsync();
    }

    private ScriptRun Find(DateTimeOffset after) => fixture.Session.Run("param($t, $a) Find-PgRecoveryTarget -After $a -All -Topology $t", copy.Topology, after);

    private static List<uint> Xids(ScriptRun run) => [.. run.Require().As<PgWalTransaction>().Select(one => one.Xid)];

    private static PgWalTransaction Single(IEnumerable<PgWalTransaction> found, uint xid) => found.Single(one => one.Xid == xid);

    private static (string Relation, string Database, long Deleted, PgRelationFate Fate) One(PgWalTransaction transaction)
    {
        var change = Assert.Single(transaction.Changes);
        return (change.Relation, change.Database, change.Deleted, change.Fate);
    }

    private Task<string> QueryAsync(string sql) => fixture.Lab.QueryAsync(copy.Leader, "zabbix", sql);

    // Its own number is what it prints.
    private async Task<uint> TransactionAsync(string sql, string end = "COMMIT") =>
        uint.Parse((await QueryAsync($"BEGIN; SELECT pg_current_xact_id(); {sql}; {end}")).Split('\n')[0], CultureInfo.InvariantCulture);

    private async Task<DateTimeOffset> ClockAsync(string leader) =>
        DateTimeOffset.Parse(await fixture.Lab.QueryAsync(leader, "zabbix", "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"), CultureInfo.InvariantCulture);

    private async Task ArchiveAsync(string leader)
    {
        var segment = await fixture.Lab.QueryAsync(leader, "zabbix", "SELECT pg_walfile_name(pg_switch_wal())");
        for (var attempt = 0; await fixture.Lab.QueryAsync(leader, "zabbix", $"SELECT last_archived_wal >= '{segment}' FROM pg_stat_archiver") != "t"; attempt++)
        {
            Assert.True(attempt < 100, $"{segment} was not archived");
            await Task.Delay(100);
        }
    }

    private async Task LeftNothingAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            var left = await fixture.Lab.ExecAsync(copy.Leader, "sh", "-c", $"ls -d {Scratch} 2>/dev/null; pgrep -a pg_waldump");
            if (left.Output.Length == 0)
            {
                return;
            }

            Assert.True(attempt < 50, left.Output);
            await Task.Delay(100);
        }
    }
}
