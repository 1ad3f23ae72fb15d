using Etcdserverpb;
using Google.Protobuf;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Single keys of etcd, read and deleted at one member.</summary>
internal static class EtcdKeys
{
    /// <summary>What the module's own keys begin with.</summary>
    public const string OwnPrefix = "/zabbixdr/";

    /// <summary>A key's value, by a read that needs a quorum, or as the member has it; null where there is no such key.</summary>
    public static async Task<string?> ReadAsync(EtcdConnection connection, string key, bool linearizable, CancellationToken cancellation)
    {
        var request = new RangeRequest { Key = ByteString.CopyFromUtf8(key), Serializable = !linearizable };
        var answer = await connection.KeysAsync($"Reading {key}", (client, options) => client.RangeAsync(request, options), cancellation).ConfigureAwait(false);
        return answer.Kvs.Count == 0 ? null : answer.Kvs[0].Value.ToStringUtf8();
    }

    /// <summary>Deletes one key.</summary>
    public static Task<DeleteRangeResponse> DeleteAsync(EtcdConnection connection, string key, CancellationToken cancellation)
    {
        var request = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) };
        return connection.KeysAsync($"Deleting {key}", (client, options) => client.DeleteRangeAsync(request, options), cancellation);
    }

    /// <summary>
    /// Proves that the login may delete a key, and deletes nothing: a transaction that would, were the key's version below 0. etcd checks the
    /// rights to both branches of a transaction before it compares (server/etcdserver/apply_auth.go, checkTxnAuth).
    /// </summary>
    /// <exception cref="DrException"><c>EtcdPermissionDenied</c>, and those of a connection to the member.</exception>
    public static Task RequireDeletableAsync(EtcdConnection connection, string key, CancellationToken cancellation)
    {
        var name = ByteString.CopyFromUtf8(key);
        var request = new TxnRequest();
        request.Compare.Add(new Compare { Key = name, Target = Compare.Types.CompareTarget.Version, Result = Compare.Types.CompareResult.Less, Version = 0 });
        request.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = name } });
        return connection.KeysAsync($"Asking whether {key} may be deleted", (client, options) => client.TxnAsync(request, options), cancellation);
    }

    /// <summary>The first of the keys that lie neither in a folder nor are the module's own; more would not tell more.</summary>
    public static async Task<IReadOnlyList<string>> OutsideAsync(EtcdConnection connection, string folder, CancellationToken cancellation)
    {
        var outside = new List<string>();
        var from = ByteString.CopyFrom(0);
        foreach (var prefix in new[] { $"{folder}/", OwnPrefix }.Order(StringComparer.Ordinal))
        {
            outside.AddRange(await ListAsync(connection, from, ByteString.CopyFromUtf8(prefix), cancellation).ConfigureAwait(false));
            // The character after the slash is the zero: what lies between is the folder.
            from = ByteString.CopyFromUtf8($"{prefix[..^1]}0");
        }

        outside.AddRange(await ListAsync(connection, from, ByteString.CopyFrom(0), cancellation).ConfigureAwait(false));
        return outside;
    }

    // Both ends a zero byte would mean all keys; an end of one means all from the start on.
    private static async Task<IEnumerable<string>> ListAsync(EtcdConnection connection, ByteString from, ByteString to, CancellationToken cancellation)
    {
        const int Enough = 3;
        var request = new RangeRequest { Key = from, RangeEnd = to, KeysOnly = true, Limit = Enough };
        var answer = await connection.KeysAsync("Listing etcd's keys", (client, options) => client.RangeAsync(request, options), cancellation).ConfigureAwait(false);
        return answer.Kvs.Select(pair => pair.Key.ToStringUtf8());
    }
}
