using System.Buffers.Binary;
using System.Security.Cryptography;
using FsCheck.Xunit;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Etcd.Bolt;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class SnapshotFileTests : IDisposable
{
    private const int ChecksumSize = 32;
    private const int PageSize = 4096;
    private const int PageHeaderSize = 16;
    private const int ElementSize = 16;
    private const int MetaSize = 64;
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("empty.db", 3521997871, 0, 6, 20480, 0)]
    [InlineData("small.db", 4232094032, 4, 9, 20480, 3)]
    [InlineData("deep.db", 777647891, 204, 209, 61440, 203)]
    [InlineData("deleted.db", 3933779400, 5, 10, 28672, 2)]
    [InlineData("compacted.db", 1742626782, 126, 84, 49152, 31)]
    [InlineData("defragmented.db", 1742626782, 126, 84, 24576, 31)]
    [InlineData("auth.db", 2303920447, 135, 98, 36864, 37)]
    [InlineData("large.db", 3617761023, 136, 99, 1437696, 38)]
    [InlineData("bumped.db", 2174362845, 1_000_000_005, 13, 28672, 4)]
    public async Task What_etcd_saved_is_valid_and_is_what_etcdutl_says(string name, uint hash, long revision, long entries, long size, long keys)
    {
        var check = await SnapshotFile.CheckAsync(Recording.Path(name), CancellationToken.None);

        Assert.Equal((EtcdSnapshotStatus.Valid, null), (check.Status, check.Reason));
        Assert.Equal((hash, revision, entries, size), (check.Hash, check.Revision, check.TotalEntries, check.DatabaseSize));
        Assert.Equal(keys, check.TotalKeys);
        Assert.Equal(new FileInfo(Recording.Path(name)).Length, check.Size);
        Assert.Equal(check.ExpectedSha256, check.ActualSha256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Recording.Bytes(name)[..^ChecksumSize])), check.ActualSha256);
    }

    [Fact]
    public async Task What_Patroni_and_the_users_left_in_it_is_told()
    {
        var check = await SnapshotFile.CheckAsync(Recording.Path("auth.db"), CancellationToken.None);

        Assert.True(check.AuthEnabled);
        Assert.Equal(["patroni", "root"], check.Users);
        Assert.Equal(["role patroni: nothing", "user patroni: nothing", "user root: root"], check.Grants);
        Assert.Equal(5, check.AuthRevision);
        Assert.Equal(29, check.Folders.Count(folder => !folder.Contains('/', StringComparison.Ordinal)));
        Assert.Equal(["/service/gone", "/service/young", "/service/zabbix"], check.Folders.Where(folder => folder.Contains('/', StringComparison.Ordinal)));
        Assert.Equal(["default"], check.Members);
        Assert.Equal((null, "3.5.0"), (check.StorageVersion, check.ClusterVersion));

        // The scope whose key initialize was deleted again is none; the one that has only a configuration is one.
        Assert.Equal(["/service/young", "/service/zabbix"], check.Patroni.Select(scope => scope.Path));
        Assert.Equal((null, null), (check.Patroni[0].SystemIdentifier, check.Patroni[0].Leader));
        var scope = check.Patroni[1];
        Assert.Equal(("7575123456789012345", "pg-siteA", "pg-siteA"), (scope.SystemIdentifier, scope.Leader, scope.SyncLeader));
        Assert.Equal(["pg-siteB"], scope.SyncStandbys);
        Assert.Contains("\"loop_wait\":10", scope.Configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_flipped_byte_is_found()
    {
        var bytes = Recording.Bytes("small.db");
        var random = new Random(20261123);
        var unseen = Enumerable.Range(0, bytes.Length).Where(place => Flipped(bytes, place, (byte)random.Next(1, 256)).Status == EtcdSnapshotStatus.Valid);

        Assert.Empty(unseen);
    }

    [Fact]
    public void A_flipped_byte_of_a_file_without_checksum_never_makes_it_valid_and_is_found_in_its_head()
    {
        var bytes = Recording.Bytes("small.db")[..^ChecksumSize];
        var random = new Random(20261123);
        for (var place = 0; place < bytes.Length; place += place < PageHeaderSize + MetaSize ? 1 : 7)
        {
            var status = Flipped(bytes, place, (byte)random.Next(1, 256)).Status;
            Assert.NotEqual(EtcdSnapshotStatus.Valid, status);
            Assert.False(status == EtcdSnapshotStatus.ChecksumMissing && place is >= PageHeaderSize and < PageHeaderSize + MetaSize, $"byte {place} of the head");
        }
    }

    [Theory]
    [InlineData("small.db")]
    [InlineData("deep.db")]
    [InlineData("compacted.db")]
    public void A_file_that_ends_early_is_never_valid(string name)
    {
        var bytes = Recording.Bytes(name);
        var edges = Enumerable.Range(0, (bytes.Length / PageSize) + 1).SelectMany(page => new[] { (page * PageSize) - 1, page * PageSize, (page * PageSize) + 1 });

        foreach (var end in edges.Concat([bytes.Length - ChecksumSize, bytes.Length - 1]).Where(end => end >= 0 && end < bytes.Length))
        {
            var check = Check(bytes[..end]);
            Assert.NotEqual(EtcdSnapshotStatus.Valid, check.Status);
            Assert.NotNull(check.Reason);
        }
    }

    [Property(MaxTest = 300)]
    public bool Garbage_is_no_snapshot(byte[] garbage) => Check(garbage).Status == EtcdSnapshotStatus.NotASnapshot;

    [Property(MaxTest = 300)]
    public bool Garbage_behind_a_sound_head_is_damaged(int seed)
    {
        var bytes = Recording.Bytes("deep.db");
        new Random(seed).NextBytes(bytes.AsSpan((2 * PageSize)..^ChecksumSize));

        return Check(Signed(bytes)) is { Status: EtcdSnapshotStatus.Damaged, Reason: { } reason } && reason.StartsWith("At byte ", StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_inside_the_database_is_truncated()
    {
        var check = Check(Recording.Bytes("small.db")[..10_000]);

        Assert.Equal(EtcdSnapshotStatus.Truncated, check.Status);
        Assert.Contains("10000 bytes, and its database alone has 20480", check.Reason, StringComparison.Ordinal);
        Assert.Null(check.ActualSha256);
    }

    [Fact]
    public void A_database_without_its_checksum_is_told_from_a_damaged_one()
    {
        var check = Check(Recording.Bytes("small.db")[..^ChecksumSize]);

        Assert.Equal(EtcdSnapshotStatus.ChecksumMissing, check.Status);
        Assert.Equal(4, check.Revision);
        Assert.Null(check.ExpectedSha256);
    }

    [Fact]
    public void A_file_that_is_something_else_is_no_snapshot()
    {
        var check = Check("-- PostgreSQL database dump\n"u8.ToArray());

        Assert.Equal(EtcdSnapshotStatus.NotASnapshot, check.Status);
        Assert.Contains("no bbolt database", check.Reason, StringComparison.Ordinal);
    }

    [Property(MaxTest = 2000)]
    public bool A_forged_file_gets_a_verdict_and_never_an_exception(uint[] places, bool deep)
    {
        // The checksum is made right again, so that the damage reaches what reads the pages.
        var bytes = Recording.Bytes(deep ? "deep.db" : "auth.db");
        foreach (var place in places)
        {
            bytes[place % (bytes.Length - ChecksumSize)] = (byte)(place >> 24);
        }

        return Check(Signed(bytes)).Status is EtcdSnapshotStatus.Valid or EtcdSnapshotStatus.NotASnapshot or EtcdSnapshotStatus.Truncated or EtcdSnapshotStatus.Damaged;
    }

    [Fact]
    public void A_tree_that_leads_back_into_itself_ends()
    {
        var (bytes, branch) = DeepWithItsBranch();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(branch + PageHeaderSize + 8), (ulong)(branch / PageSize));

        AssertDamaged(bytes, branch, "a page is used twice");
    }

    [Fact]
    public void A_page_that_is_none_of_the_database_is_told_where_it_is_named()
    {
        var (bytes, branch) = DeepWithItsBranch();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(branch + PageHeaderSize + 8), ulong.MaxValue);

        AssertDamaged(bytes, branch, "a page is named that is none of the database's");
    }

    [Fact]
    public void An_element_that_reaches_out_of_its_page_is_told()
    {
        var (bytes, branch) = DeepWithItsBranch();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(branch + PageHeaderSize), PageSize);

        AssertDamaged(bytes, branch + PageHeaderSize, "its element reaches out of its page");
    }

    [Fact]
    public void Elements_that_share_their_bytes_are_told()
    {
        // So that a small file cannot stand for an endless amount of data.
        var (bytes, branch) = DeepWithItsBranch();
        var second = branch + PageHeaderSize + ElementSize;
        var position = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(branch + PageHeaderSize));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(second), position - ElementSize);

        AssertDamaged(bytes, second, "its element overlaps another");
    }

    [Fact]
    public void A_page_that_reaches_over_the_end_is_told()
    {
        var (bytes, branch) = DeepWithItsBranch();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(branch + 12), uint.MaxValue);

        AssertDamaged(bytes, branch, "a page reaches over the end of the database");
    }

    [Fact]
    public void Keys_out_of_order_are_told()
    {
        var (bytes, branch) = DeepWithItsBranch();
        var key = branch + PageHeaderSize + (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(branch + PageHeaderSize));
        bytes[key] = 0x7f;

        Assert.Contains("its key is not behind the one before", Check(Signed(bytes)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_damaged_meta_page_is_told_though_the_other_would_do()
    {
        var bytes = Recording.Bytes("small.db");
        bytes[PageSize + PageHeaderSize + 20] ^= 1;

        AssertDamaged(bytes, 0, "one of its two meta pages is damaged");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_error_that_names_it()
    {
        var error = await Assert.ThrowsAsync<DrException>(() => SnapshotFile.CheckAsync("/nowhere/snapshot.db", CancellationToken.None));

        Assert.Equal(("SnapshotFileMissing", DrErrorKind.NotFound), (error.Id, error.Kind));
        Assert.Contains("/nowhere/snapshot.db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_an_error_that_names_it()
    {
        var error = await Assert.ThrowsAsync<DrException>(() => SnapshotFile.CheckAsync("/tmp", CancellationToken.None));

        Assert.Equal("SnapshotFileUnreadable", error.Id);
    }

    private static (byte[] Bytes, int Branch) DeepWithItsBranch()
    {
        var bytes = Recording.Bytes("deep.db");
        using var file = File.OpenHandle(Recording.Path("deep.db"));
        using var database = BoltFile.Open(file, bytes.Length - ChecksumSize);
        var root = database.Page(database.Meta.Root, 0);
        var keys = database.Root(root.Elements.Single(element => database.Key(root, element).SequenceEqual("key"u8)));
        Assert.True(keys.IsBranch);
        return (bytes, (int)keys.Offset);
    }

    private static byte[] Signed(byte[] bytes)
    {
        SHA256.HashData(bytes.AsSpan(..^ChecksumSize)).CopyTo(bytes.AsSpan(bytes.Length - ChecksumSize));
        return bytes;
    }

    private void AssertDamaged(byte[] bytes, int offset, string what)
    {
        var check = Check(Signed(bytes));
        Assert.Equal(EtcdSnapshotStatus.Damaged, check.Status);
        Assert.StartsWith($"At byte {offset} {what}", check.Reason, StringComparison.Ordinal);
    }

    private EtcdSnapshotCheck Flipped(byte[] bytes, int place, byte mask)
    {
        bytes[place] ^= mask;
        var check = Check(bytes);
        bytes[place] ^= mask;
        return check;
    }

    private EtcdSnapshotCheck Check(byte[] bytes)
    {
        File.WriteAllBytes(_file, bytes);
        return SnapshotFile.CheckAsync(_file, CancellationToken.None).GetAwaiter().GetResult();
    }
}
