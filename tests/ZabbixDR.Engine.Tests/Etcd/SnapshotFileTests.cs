using System.Security.Cryptography;
using FsCheck.Xunit;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class SnapshotFileTests : IDisposable
{
    private const int ChecksumSize = 32;
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("empty.db", 0)]
    [InlineData("small.db", 4)]
    [InlineData("deep.db", 204)]
    public async Task What_etcd_saved_is_valid_and_has_the_revision_that_etcdutl_reads(string name, long revision)
    {
        var check = await SnapshotFile.CheckAsync(Recording.Path(name), CancellationToken.None);

        Assert.Equal((EtcdSnapshotStatus.Valid, null), (check.Status, check.Reason));
        Assert.Equal(revision, check.Revision);
        Assert.Equal(new FileInfo(Recording.Path(name)).Length, check.Size);
        Assert.Equal(check.ExpectedSha256, check.ActualSha256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Recording.Bytes(name)[..^ChecksumSize])), check.ActualSha256);
    }

    [Property(MaxTest = 300)]
    public bool A_flipped_bit_is_found_wherever_it_is(uint place)
    {
        var bytes = Recording.Bytes("small.db");
        bytes[place % bytes.Length] ^= (byte)(1 << (int)(place % 8));

        var check = Check(bytes);

        return check.Status is EtcdSnapshotStatus.ChecksumMismatch or EtcdSnapshotStatus.NotASnapshot && check.Reason is not null;
    }

    [Property(MaxTest = 300)]
    public bool A_file_that_ends_early_is_never_valid(uint length)
    {
        var bytes = Recording.Bytes("small.db");

        return Check(bytes[..(int)(length % bytes.Length)]).Status is not EtcdSnapshotStatus.Valid;
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

    [Property(MaxTest = 500)]
    public bool A_forged_file_gets_a_verdict_and_never_an_exception(uint[] places, bool deep)
    {
        // The checksum is made right again, so that the damage reaches what reads the pages.
        var bytes = Recording.Bytes(deep ? "deep.db" : "small.db");
        foreach (var place in places)
        {
            bytes[place % (bytes.Length - ChecksumSize)] = (byte)(place >> 24);
        }

        SHA256.HashData(bytes.AsSpan(..^ChecksumSize)).CopyTo(bytes.AsSpan(bytes.Length - ChecksumSize));

        return Check(bytes).Status is EtcdSnapshotStatus.Valid or EtcdSnapshotStatus.NotASnapshot or EtcdSnapshotStatus.Truncated;
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

    private EtcdSnapshotCheck Check(byte[] bytes)
    {
        File.WriteAllBytes(_file, bytes);
        return SnapshotFile.CheckAsync(_file, CancellationToken.None).GetAwaiter().GetResult();
    }
}
