using Etcdserverpb;
using Google.Protobuf;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Single keys of etcd, read and deleted at one member.</summary>
internal static class EtcdKeys
{
    /// <summary>A key's value, by a linearizable read; null where there is no such key.</summary>
    public static async Task<string?> ReadAsync(EtcdConnection connection, string key, CancellationToken cancellation)
    {
        var request = new RangeRequest { Key = ByteString.CopyFromUtf8(key) };
        var answer = await connection.KeysAsync($"Reading {key}", (client, options) => client.RangeAsync(request, options), cancellation).ConfigureAwait(false);
        return answer.Kvs.Count == 0 ? null : answer.Kvs[0].Value.ToStringUtf8();
    }

    /// <summary>Deletes one key.</summary>
    public static Task DeleteAsync(EtcdConnection connection, string key, CancellationToken cancellation)
    {
        var request = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) };
        return connection.KeysAsync($"Deleting {key}", (client, options) => client.DeleteRangeAsync(request, options), cancellation);
    }
}
