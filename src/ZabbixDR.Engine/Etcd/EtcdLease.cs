using Etcdserverpb;
using Google.Protobuf;

namespace ZabbixDR.Engine.Etcd;

/// <summary>A key that is there only as long as somebody renews its lease, at one member. All of it needs a quorum.</summary>
internal static class EtcdLease
{
    /// <summary>Reads the key, and how long its lease still has; null where there is no such key.</summary>
    public static async Task<LeasedKey?> FindAsync(EtcdConnection connection, string key, CancellationToken cancellation)
    {
        var read = new RangeRequest { Key = ByteString.CopyFromUtf8(key) };
        var answer = await connection.KeysAsync($"Reading {key}", (client, options) => client.RangeAsync(read, options), cancellation).ConfigureAwait(false);
        if (answer.Kvs is not [var found, ..])
        {
            return null;
        }

        var asked = new LeaseTimeToLiveRequest { ID = found.Lease };
        var left = found.Lease == 0
            ? null
            : await connection.LeaseAsync($"Reading the lease of {key}", (client, options) => client.LeaseTimeToLiveAsync(asked, options), cancellation).ConfigureAwait(false);

        // -1 for a lease that is over, whose keys are about to go.
        return new LeasedKey(found.Value.ToStringUtf8(), found.Lease, left is null ? null : TimeSpan.FromSeconds(Math.Max(0, left.TTL)));
    }

    /// <summary>Writes the key under a new lease, where it is as it was found.</summary>
    /// <param name="connection">The connection to the member.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">What is written.</param>
    /// <param name="found">What was found there; null for nothing.</param>
    /// <param name="timeToLive">How long the lease has.</param>
    /// <param name="cancellation">Ends the wait; what was granted by then ends by itself.</param>
    /// <returns>The lease; null where somebody else was quicker.</returns>
    public static async Task<long?> TakeAsync(EtcdConnection connection, string key, string value, LeasedKey? found, TimeSpan timeToLive, CancellationToken cancellation)
    {
        var asked = new LeaseGrantRequest { TTL = (long)timeToLive.TotalSeconds };
        var lease = (await connection.LeaseAsync("Asking for a lease", (client, options) => client.LeaseGrantAsync(asked, options), cancellation).ConfigureAwait(false)).ID;

        // By value, not by revision: a restore takes revisions back.
        var name = ByteString.CopyFromUtf8(key);
        var request = new TxnRequest();
        request.Compare.Add(found is null
            ? new Compare { Key = name, Target = Compare.Types.CompareTarget.Create, Result = Compare.Types.CompareResult.Equal, CreateRevision = 0 }
            : new Compare { Key = name, Target = Compare.Types.CompareTarget.Value, Result = Compare.Types.CompareResult.Equal, Value = ByteString.CopyFromUtf8(found.Value) });
        request.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = name, Value = ByteString.CopyFromUtf8(value), Lease = lease } });
        if ((await connection.KeysAsync($"Writing {key}", (client, options) => client.TxnAsync(request, options), cancellation).ConfigureAwait(false)).Succeeded)
        {
            return lease;
        }

        await RevokeAsync(connection, lease, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>Ends a lease, and deletes its keys.</summary>
    public static Task<LeaseRevokeResponse> RevokeAsync(EtcdConnection connection, long lease, CancellationToken cancellation)
    {
        var request = new LeaseRevokeRequest { ID = lease };
        return connection.LeaseAsync("Giving a lease back", (client, options) => client.LeaseRevokeAsync(request, options), cancellation);
    }
}

/// <summary>A key as it was found.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Lease">Its lease; 0 for none.</param>
/// <param name="Left">How long the lease still has unless it is renewed; null without one.</param>
internal sealed record LeasedKey(string Value, long Lease, TimeSpan? Left);
