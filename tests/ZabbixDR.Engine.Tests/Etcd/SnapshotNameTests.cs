using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class SnapshotNameTests
{
    private static readonly DateTimeOffset s_at = new(2026, 3, 14, 2, 45, 12, TimeSpan.Zero);

    [Theory]
    [InlineData("etcd-snapshot-20260314T024512Z-etcd-1.db", "etcd-1")]
    [InlineData("etcd-snapshot-20260314T024512Z-etcd-1-2.db", "etcd-1")]
    [InlineData("etcd-snapshot-20260314T024512Z-etcd.db", "etcd")]
    [InlineData("etcd-snapshot-20260314T024512Z-else.db", null)]
    public void It_tells_when_and_from_whom(string name, string? member) => Assert.Equal((s_at, member), SnapshotName.Read(name, ["etcd", "etcd-1"]));

    [Theory]
    [InlineData("etcd-snapshot-20261314T024512Z-etcd-1.db")]
    [InlineData("etcd-snapshot-today.db")]
    public void Another_name_tells_nothing(string name) => Assert.Equal((null, null), SnapshotName.Read(name, ["etcd-1"]));

    [Fact]
    public void It_reads_what_it_writes() => Assert.Equal((s_at, "etcd-1"), SnapshotName.Read(SnapshotName.Stem(s_at.ToOffset(TimeSpan.FromHours(5)), "etcd-1") + SnapshotName.Extension, ["etcd-1"]));
}
