using System.Text.Json;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Locks;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// The deployment's lock as a lease of etcd: two operators who see different nodes meet there, where it has a quorum. It stands beside the
/// locks on the nodes and never instead of them, since etcd may be what is down, or is stopped, or restored from a snapshot, by the run.
/// </summary>
internal sealed class LockLease : IAsyncDisposable
{
    /// <summary>How long it outlives its holder.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(30);

    // Three tries before it is over.
    private static readonly TimeSpan s_interval = TimeToLive / 3;

    // What has less left than one that is renewed in time can have: a beat that is late by so much is not counted as missed.
    private static readonly TimeSpan s_unrenewed = TimeToLive - s_interval - TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly DeploymentSession _deployment;
    private readonly string _key;
    private IAsyncDisposable? _beats;
    private LeaseOwner? _owner;
    private string? _member;
    private long _lease;
    private volatile DrLock? _other;

    public LockLease(DeploymentSession deployment)
    {
        _deployment = deployment;
        _key = KeyOf(deployment.Topology);
    }

    /// <summary>Its key. Who shares a Patroni scope shares the lock, whatever the topology files are called.</summary>
    public static string KeyOf(DrTopology topology) => $"{EtcdKeys.OwnPrefix}lock/{topology.Patroni?.Scope ?? topology.Name}";

    /// <summary>Who holds it; null where nobody does.</summary>
    /// <exception cref="DrException"><c>EtcdHasNoHealthyMember</c>, and those of a connection to a member.</exception>
    public static async Task<DrLock?> ReadAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var member = await deployment.Etcd.FindHealthyAsync("Reading the deployment's lock", cancellation).ConfigureAwait(false);
        var found = await deployment.Etcd.WithAsync(member, connection => EtcdLease.FindAsync(connection, KeyOf(deployment.Topology), cancellation), cancellation).ConfigureAwait(false);
        return found is null ? null : Describe(member, found);
    }

    /// <summary>Takes it away.</summary>
    /// <exception cref="DrException">Those of a connection to the member.</exception>
    public static Task BreakAsync(DeploymentSession deployment, DrLock held, CancellationToken cancellation) =>
        deployment.Etcd.WithAsync(held.Node, connection => EtcdKeys.DeleteAsync(connection, KeyOf(deployment.Topology), cancellation), cancellation);

    /// <summary>
    /// Takes it, and renews it from then on until it is given back or disposed. An etcd that gives none now is asked again and again, since the run
    /// itself may be what brings it back.
    /// </summary>
    /// <param name="run">The run, which may hold it already.</param>
    /// <param name="instead">The run that it goes back from: what that one holds, it takes over. Null for none.</param>
    /// <param name="number">The run's fencing number, above that of every node that answers.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Why there is none; null where there is.</returns>
    /// <exception cref="DrException"><c>LockHeld</c> by another run, <c>LeaseTaken</c>.</exception>
    public async Task<string?> TakeAsync(string run, string? instead, long number, CancellationToken cancellation)
    {
        if (_deployment.Topology.Etcd is null)
        {
            return "the topology has no etcd";
        }

        _owner = new LeaseOwner(run, RunIdentity.Operator, DateTimeOffset.UtcNow, number);
        _other = null;
        string? why = null;
        try
        {
            _member = await _deployment.Etcd.FindHealthyAsync("Taking the deployment's lock", cancellation).ConfigureAwait(false);
            await _deployment.Etcd.WithAsync(_member, connection => TakeAsync(connection, instead, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (DrException failure) when (failure.Kind != DrErrorKind.Busy)
        {
            why = failure.Message;
        }

        _beats = _deployment.Beats(s_interval, RenewAsync);
        return why;
    }

    /// <summary>Demands that no later run took it meanwhile.</summary>
    /// <exception cref="DrException"><c>LockLost</c>.</exception>
    public void RequireHeld()
    {
        if (_other is { } other)
        {
            throw LockErrors.LockLost(other);
        }
    }

    /// <summary>Gives it back. Where etcd does not answer, it ends by itself.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        await DisposeAsync().ConfigureAwait(false);
        if (_lease == 0)
        {
            return;
        }

        await DrException.TryAsync(async () =>
        {
            var member = await _deployment.Etcd.FindHealthyAsync("Giving the deployment's lock back", cancellation).ConfigureAwait(false);
            return await _deployment.Etcd.WithAsync(member, connection => EtcdLease.RevokeAsync(connection, _lease, cancellation), cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        _lease = 0;
    }

    /// <summary>Renews it no longer.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_beats is { } beats)
        {
            _beats = null;
            await beats.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> TakeAsync(EtcdConnection connection, string? instead, CancellationToken cancellation)
    {
        var found = await EtcdLease.FindAsync(connection, _key, cancellation).ConfigureAwait(false);
        if (found is not null && LeaseOwner.Of(found) is var other && other.Run != _owner!.Run && other.Run != instead
            && !(other.Fence < _owner.Fence - 1 && await IsLeftBehindAsync(connection, found, cancellation).ConfigureAwait(false)))
        {
            throw LockErrors.LockHeld(Describe(connection.Target.Name, found));
        }

        _lease = await EtcdLease.TakeAsync(connection, _key, _owner!.ToJson(), found, TimeToLive, cancellation).ConfigureAwait(false) ?? throw LockErrors.LeaseTaken(connection.Target.Name);
        return true;
    }

    // A node has given out a higher number since: the lease may have come back with a snapshot, whose leases etcd gives their whole time anew. Then
    // nobody renews it. Its holder may also be one who saw other nodes than we do: that one does.
    private async Task<bool> IsLeftBehindAsync(EtcdConnection connection, LeasedKey found, CancellationToken cancellation)
    {
        for (var now = found; ; await Task.Delay(s_pause, cancellation).ConfigureAwait(false))
        {
            var before = now;
            now = await EtcdLease.FindAsync(connection, _key, cancellation).ConfigureAwait(false);
            if (now?.Value != found.Value || now.Left > before.Left)
            {
                return false;
            }

            if (now.Left is not { } left || left < s_unrenewed)
            {
                return true;
            }
        }
    }

    // What fails here is tried again with the next beat; the locks on the nodes hold meanwhile.
    private async Task RenewAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(s_interval);
        try
        {
            _member ??= await _deployment.Etcd.FindHealthyAsync("Renewing the deployment's lock", limit.Token).ConfigureAwait(false);
            await _deployment.Etcd.WithAsync(_member, connection => RenewAsync(connection, limit.Token), limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is DrException or OperationCanceledException)
        {
            _member = null;
        }
    }

    private async Task<bool> RenewAsync(EtcdConnection connection, CancellationToken cancellation)
    {
        var found = await EtcdLease.FindAsync(connection, _key, cancellation).ConfigureAwait(false);
        if (found?.Value == _owner!.ToJson())
        {
            _lease = found.Lease;
            return await connection.RenewAsync(_lease, cancellation).ConfigureAwait(false);
        }

        // It ended while etcd was away, or a snapshot brought back what stood there once. Of two runs, the one with the higher number came later.
        if (found is null || LeaseOwner.Of(found).Fence < _owner.Fence)
        {
            _lease = await EtcdLease.TakeAsync(connection, _key, _owner.ToJson(), found, TimeToLive, cancellation).ConfigureAwait(false) ?? 0;
            return _lease != 0;
        }

        _other = Describe(connection.Target.Name, found);
        return false;
    }

    private static DrLock Describe(string member, LeasedKey found)
    {
        var owner = LeaseOwner.Of(found);
        return new DrLock { Node = member, IsLease = true, ExpiresIn = found.Left, Run = owner.Run, Owner = owner.Owner, Since = owner.Since, FencingNumber = owner.Fence };
    }
}

/// <summary>Who holds the lease, as it stands in etcd.</summary>
internal sealed record LeaseOwner(string Run, string Owner, DateTimeOffset Since, long Fence)
{
    /// <summary>Reads it. What the module did not write is held by nobody that it knows, and is held.</summary>
    public static LeaseOwner Of(LeasedKey found)
    {
        try
        {
            return JsonSerializer.Deserialize(found.Value, LockJson.Default.LeaseOwner) ?? Unknown(found);
        }
        catch (JsonException)
        {
            return Unknown(found);
        }
    }

    /// <summary>Writes it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LockJson.Default.LeaseOwner);

    private static LeaseOwner Unknown(LeasedKey found) => new("unknown", found.Value, default, long.MaxValue);
}
