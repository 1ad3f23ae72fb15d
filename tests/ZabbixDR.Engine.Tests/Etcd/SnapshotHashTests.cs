using System.Security.Cryptography;
using FsCheck.Xunit;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class SnapshotHashTests
{
    [Property(MaxTest = 300)]
    public bool It_is_the_same_however_the_stream_is_cut_into_pieces(byte[] database, byte[] cuts)
    {
        var checksum = SHA256.HashData(database);
        byte[] stream = [.. database, .. checksum];
        using var hash = new SnapshotHash();
        var rest = stream.AsSpan();
        foreach (var cut in cuts)
        {
            var piece = Math.Min(cut, rest.Length);
            hash.Append(rest[..piece]);
            rest = rest[piece..];
        }

        hash.Append(rest);
        var digest = hash.Finish();

        return digest.IsSound
            && digest.Expected == Convert.ToHexStringLower(checksum)
            && digest.WholeFile == Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
