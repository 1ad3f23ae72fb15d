using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class SnapshotRetentionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_older_goes_and_the_newest_valid_one_stays()
    {
        var result = SnapshotRetention.Choose([File(1), File(8), File(9)], null, s_now - TimeSpan.FromDays(7), null);
        Assert.Equal([9, 8], Ages(result.Removable));
        Assert.Empty(result.Spared);

        result = SnapshotRetention.Choose([File(8), File(9)], null, s_now - TimeSpan.FromDays(7), null);
        Assert.Equal([9], Ages(result.Removable));
        Assert.Equal([8], Ages(result.Spared));
    }

    [Fact]
    public void Damaged_ones_protect_nothing_and_are_not_counted()
    {
        var result = SnapshotRetention.Choose([File(1, EtcdSnapshotStatus.ChecksumMismatch), File(2), File(3, null), File(4), File(5)], null, null, 2);
        Assert.Equal([5], Ages(result.Removable));

        result = SnapshotRetention.Choose([File(1, EtcdSnapshotStatus.ChecksumMismatch), File(2), File(3)], null, s_now, null);
        Assert.Equal([3, 1], Ages(result.Removable));
    }

    [Fact]
    public void Where_fewer_are_valid_than_are_to_stay_none_goes() =>
        Assert.Empty(SnapshotRetention.Choose([File(1), File(2), File(3, EtcdSnapshotStatus.Truncated)], null, null, 3).Removable);

    [Fact]
    public void With_both_rules_only_what_both_let_go_goes() =>
        Assert.Equal([9], Ages(SnapshotRetention.Choose([File(1), File(2), File(3), File(9)], null, s_now - TimeSpan.FromDays(7), 2).Removable));

    // The one of a clock that ran a month ahead is the newest by its name, and holds less than those that came after it.
    [Fact]
    public void What_a_clock_that_ran_ahead_dated_does_not_stand_for_the_newest()
    {
        var ahead = File(-30) with { Revision = 100 };
        var result = SnapshotRetention.Choose([ahead, File(1) with { Revision = 300 }, File(2) with { Revision = 200 }], null, null, 1);
        Assert.Equal([2], Ages(result.Removable));
        Assert.Equal([1], Ages(result.Spared));

        // On a node no revision is read: it is known from the copy that lies here.
        result = SnapshotRetention.Choose([File(1) with { Revision = 300 }, File(2) with { Revision = 200 }, File(-30, node: "b"), File(1, node: "b"), File(2, node: "b")], null, null, 1);
        Assert.Equal([("b", 1)], result.Spared.Select(file => (file.Node!, Age(file))));

        // A restore took the revisions back: the newest by time stays as ever.
        result = SnapshotRetention.Choose([File(1) with { Revision = 50 }, File(2) with { Revision = 40 }, File(8) with { Revision = 300 }], null, s_now, null);
        Assert.Equal([2], Ages(result.Removable));
        Assert.Equal([8, 1], Ages(result.Spared));
    }

    [Fact]
    public void Each_place_is_judged_by_itself()
    {
        var result = SnapshotRetention.Choose([File(1), File(2), File(2, node: "b"), File(3, node: "b"), File(3, EtcdSnapshotStatus.Truncated, "c")], null, null, 1);
        Assert.Equal([(null, 2), ("b", 3)], result.Removable.Select(file => (file.Node, Age(file))));

        var none = SnapshotRetention.Choose([File(1), File(3, EtcdSnapshotStatus.Truncated, "c")], null, s_now, null);
        Assert.Equal(("SnapshotNoneValid", "c"), (none.Failures.Single().Id, none.Failures.Single().Node));
        Assert.Empty(none.Removable);
    }

    [Fact]
    public void Those_that_are_asked_for_go_alone_and_what_is_not_kept_is_told()
    {
        var result = SnapshotRetention.Choose([File(1), File(2), File(3)], [File(1), File(3), File(4)], null, null);
        Assert.Equal([3], Ages(result.Removable));
        Assert.Equal([1], Ages(result.Spared));
        Assert.Equal("SnapshotNotKept", Assert.Single(result.Failures).Id);
    }

    private static int Age(EtcdSnapshotFile file) => (int)(s_now - file.CreatedAt).TotalDays;

    private static int[] Ages(IEnumerable<EtcdSnapshotFile> files) => [.. files.Select(Age)];

    private static EtcdSnapshotFile File(int days, EtcdSnapshotStatus? status = EtcdSnapshotStatus.Valid, string? node = null) =>
        new() { Node = node, Path = $"/kept/{days}.db", CreatedAt = s_now - TimeSpan.FromDays(days), Size = 1, Status = status };
}
