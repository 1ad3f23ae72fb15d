using System.Security.Cryptography;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// The checksum of a snapshot while it goes by. A snapshot is the database and then the SHA-256 of all of it (etcd's
/// server/etcdserver/api/v3rpc/maintenance.go); where the database ends is known only when the stream does, so the last 32
/// bytes are always kept back.
/// </summary>
internal sealed class SnapshotHash : IDisposable
{
    /// <summary>The size of the checksum at the end of the file.</summary>
    public const int ChecksumSize = SHA256.HashSizeInBytes;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _last = new byte[ChecksumSize];
    private int _kept;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= ChecksumSize)
        {
            _hash.AppendData(_last, 0, _kept);
            _hash.AppendData(bytes[..^ChecksumSize]);
            bytes[^ChecksumSize..].CopyTo(_last);
            _kept = ChecksumSize;
            return;
        }

        var surplus = Math.Max(0, _kept + bytes.Length - ChecksumSize);
        _hash.AppendData(_last, 0, surplus);
        _last.AsSpan(surplus, _kept - surplus).CopyTo(_last);
        bytes.CopyTo(_last.AsSpan(_kept - surplus));
        _kept += bytes.Length - surplus;
    }

    /// <summary>Ends it.</summary>
    public SnapshotDigest Finish()
    {
        var database = Hex(_hash.GetCurrentHash());
        _hash.AppendData(_last, 0, _kept);
        return new SnapshotDigest(Hex(_last), database, Hex(_hash.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
