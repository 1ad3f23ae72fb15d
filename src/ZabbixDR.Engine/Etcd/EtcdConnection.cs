using System.Net;
using Etcdserverpb;
using Grpc.Core;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// A connection to one member, made for one operation: renewed certificates and passwords are taken up by the next, and a
/// token never grows old. Nothing is sent before the first call.
/// </summary>
internal sealed class EtcdConnection : IDisposable
{
    /// <summary>How long a member may take for one answer, beyond the connection itself; etcdctl's own default.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly EtcdWire _wire;
    private Metadata _headers = [];

    private EtcdConnection(EtcdTarget target)
    {
        Target = target;
        _wire = target.Wire(target);
    }

    /// <summary>The member.</summary>
    public EtcdTarget Target { get; }

    /// <summary>When the member's certificate ends, in UTC; null where no TLS was spoken.</summary>
    public DateTimeOffset? CertificateExpiresAt => _wire.Tls?.CertificateExpiresAt;

    /// <summary>
    /// True where the client certificate is etcd's user root: its CN is the user of calls without a token, which, unlike a login, need no
    /// quorum (LAB.md, etcd).
    /// </summary>
    public bool IsRootByCertificate => _wire.Tls?.ClientName == "root";

    /// <summary>Prepares the connection.</summary>
    /// <exception cref="DrException">Those of <see cref="EtcdTls.Load"/>.</exception>
    public static EtcdConnection To(EtcdTarget target) => new(target);

    /// <summary>The member's own account of itself. Needs neither a login nor a quorum.</summary>
    public Task<StatusResponse> StatusAsync(CancellationToken cancellation) => CallAsync(
        "Asking etcd for its status",
        options => new Maintenance.MaintenanceClient(_wire.Calls).StatusAsync(new StatusRequest(), options),
        cancellation);

    /// <summary>Logs in with the topology's user and password, where it has one. Needs a quorum.</summary>
    public async Task LogInAsync(CancellationToken cancellation)
    {
        if (Target.Settings is not { User: { } user, Password: { } password })
        {
            return;
        }

        var secret = Target.Secrets.Read(password, "etcd's password", cancellation);
        var request = new AuthenticateRequest { Name = user, Password = secret.Reveal() };
        try
        {
            var answer = await CallAsync(
                $"Logging into etcd as {user}",
                options => new Auth.AuthClient(_wire.Calls).AuthenticateAsync(request, options),
                cancellation).ConfigureAwait(false);
            _headers = new Metadata { { "token", answer.Token } };
        }
        catch (DrException failure) when (IsAuthenticationOff(failure))
        {
            // Nobody needs to log in there; the calls are allowed as they are.
        }
    }

    /// <summary>The revision after a linearizable read, which only a member with a quorum can do.</summary>
    public async Task<long> ReadRevisionAsync(CancellationToken cancellation)
    {
        // etcdctl's own health probe reads this key, which need not exist.
        var request = new RangeRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("health"), CountOnly = true };
        var answer = await CallAsync("Reading from etcd", options => new KV.KVClient(_wire.Calls).RangeAsync(request, options), cancellation).ConfigureAwait(false);
        return answer.Header.Revision;
    }

    /// <summary>The members as this one knows them.</summary>
    /// <param name="linearizable">True for the cluster's own word, which needs a quorum; false for what this member has heard.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyCollection<Member>> MembersAsync(bool linearizable, CancellationToken cancellation)
    {
        var request = new MemberListRequest { Linearizable = linearizable };
        var answer = await CallAsync("Listing etcd's members", options => new Cluster.ClusterClient(_wire.Calls).MemberListAsync(request, options), cancellation).ConfigureAwait(false);
        return answer.Members;
    }

    /// <summary>Adds a learner, which gets its name when it starts. Needs a quorum, and every voter connected for five seconds.</summary>
    public Task AddLearnerAsync(string peerUrl, CancellationToken cancellation)
    {
        var request = new MemberAddRequest { IsLearner = true };
        request.PeerURLs.Add(peerUrl);
        return CallAsync($"Adding {peerUrl} to etcd as a learner", options => new Cluster.ClusterClient(_wire.Calls).MemberAddAsync(request, options), cancellation);
    }

    /// <summary>Makes a learner a voter, which etcd refuses until it has caught up.</summary>
    public Task PromoteAsync(ulong member, CancellationToken cancellation) => CallAsync(
        "Promoting a learner of etcd",
        options => new Cluster.ClusterClient(_wire.Calls).MemberPromoteAsync(new MemberPromoteRequest { ID = member }, options),
        cancellation);

    /// <summary>Removes a member. Needs a quorum.</summary>
    public Task RemoveAsync(ulong member, CancellationToken cancellation) => CallAsync(
        "Removing a member of etcd",
        options => new Cluster.ClusterClient(_wire.Calls).MemberRemoveAsync(new MemberRemoveRequest { ID = member }, options),
        cancellation);

    /// <summary>The size that the database may have, as the member's metrics tell it; null where they do not, or are served elsewhere.</summary>
    public async Task<long?> QuotaAsync(CancellationToken cancellation)
    {
        // Behind TLS the member tells gRPC from HTTP by the content; without, by the version.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Target.Endpoint, "/metrics"))
        {
            Version = _wire.Tls is null ? HttpVersion.Version11 : HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var client = new HttpClient(_wire.Web, disposeHandler: false) { Timeout = AnswerTimeout };
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            using var text = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
            return await MetricsReader.FindAsync(text, "etcd_server_quota_backend_bytes", cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The alarms of all members, each with its member's id.</summary>
    public async Task<IReadOnlyList<AlarmMember>> AlarmsAsync(CancellationToken cancellation)
    {
        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get };
        var answer = await CallAsync("Reading etcd's alarms", options => new Maintenance.MaintenanceClient(_wire.Calls).AlarmAsync(request, options), cancellation).ConfigureAwait(false);
        return answer.Alarms;
    }

    /// <summary>Starts the stream of a snapshot, which has no deadline: it takes as long as the database is large.</summary>
    public AsyncServerStreamingCall<SnapshotMessage> Snapshot(CancellationToken cancellation) => _wire.Calls.AsyncServerStreamingCall(
        new SnapshotMessage().Method(),
        null,
        new CallOptions(_headers, cancellationToken: cancellation),
        new SnapshotRequest());

    /// <summary>A request to the key space.</summary>
    public Task<T> KeysAsync<T>(string tried, Func<KV.KVClient, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellation) =>
        CallAsync(tried, options => start(new KV.KVClient(_wire.Calls), options), cancellation);

    /// <summary>A request about users and roles.</summary>
    public Task<T> AuthAsync<T>(string tried, Func<Auth.AuthClient, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellation) =>
        CallAsync(tried, options => start(new Auth.AuthClient(_wire.Calls), options), cancellation);

    /// <summary>A request about leases.</summary>
    public Task<T> LeaseAsync<T>(string tried, Func<Lease.LeaseClient, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellation) =>
        CallAsync(tried, options => start(new Lease.LeaseClient(_wire.Calls), options), cancellation);

    /// <summary>Renews a lease once.</summary>
    /// <returns>False where it is over.</returns>
    public async Task<bool> RenewAsync(long lease, CancellationToken cancellation)
    {
        try
        {
            using var call = new Lease.LeaseClient(_wire.Calls).LeaseKeepAlive(Options(cancellation));
            await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease }, cancellation).ConfigureAwait(false);
            var isAnswered = await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false);
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
            return isAnswered && call.ResponseStream.Current.TTL > 0;
        }
        catch (RpcException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (RpcException error)
        {
            throw Failure("Renewing a lease", error);
        }
    }

    /// <summary>The error for a call that failed.</summary>
    public DrException Failure(string tried, RpcException error) => EtcdErrors.From(Target, _wire.Tls, tried, error);

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();

    private static bool IsAuthenticationOff(DrException failure) =>
        failure.InnerException is RpcException { StatusCode: StatusCode.FailedPrecondition } rpc
        && rpc.Status.Detail.Contains("authentication is not enabled", StringComparison.Ordinal);

    private CallOptions Options(CancellationToken cancellation) => new(_headers, DateTime.UtcNow + Target.ConnectTimeout + AnswerTimeout, cancellation);

    private async Task<T> CallAsync<T>(string tried, Func<CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellation)
    {
        for (var options = Options(cancellation); ;)
        {
            try
            {
                using var call = start(options);
                return await call.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException) when (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }
            catch (RpcException error) when (EtcdErrors.IsOvertakenByElection(error))
            {
                // Asked again within the same deadline: the members that are left have just elected a leader.
            }
            catch (RpcException error)
            {
                throw Failure(tried, error);
            }
        }
    }
}
