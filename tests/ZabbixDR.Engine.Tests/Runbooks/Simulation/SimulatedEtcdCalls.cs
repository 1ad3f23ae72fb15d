using System.Net;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>Answers the calls to one member of a simulated etcd. A call that it does not know fails the test.</summary>
/// <remarks>
/// Observed on the lab: a key goes with its lease, and only as it was found it is written (LockTests); a peer URL is added once, and the list tells no name
/// of a learner that has not started (EtcdMembershipTests, EtcdQuorumTests).
/// </remarks>
internal sealed class SimulatedEtcdCalls(SimulatedEtcd etcd, SimulatedNode node, Lifetime life, Action changed) : CallInvoker
{
    // Room that no test fills.
    private const string Metrics = "etcd_server_quota_backend_bytes 2e+09\n";

    // Of a lease that nobody has renewed for a while: time does not pass here.
    private const long SecondsLeft = 5;

    private static readonly string[] s_changing = [nameof(DeleteRangeRequest), nameof(LeaseGrantRequest), nameof(LeaseRevokeRequest), nameof(MemberAddRequest), nameof(MemberPromoteRequest), nameof(TxnRequest)];

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        life.Point();
        Task<TResponse> answer;
        try
        {
            answer = Task.FromResult((TResponse)Answer(request));
        }
        catch (RpcException error)
        {
            answer = Task.FromException<TResponse>(error);
        }

        if (s_changing.Contains(request.GetType().Name))
        {
            changed();
            life.Point();
        }

        return new AsyncUnaryCall<TResponse>(answer, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    /// <summary>What carries the member's metrics.</summary>
    public static HttpMessageHandler Web() => new AnswerHandler(() => Metrics);

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Unknown(method.FullName);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Unknown(method.FullName);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Unknown(method.FullName);

    /// <summary>The renewal of a lease is the one conversation that there is.</summary>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var renewals = new Conversation<TRequest, TResponse>(request =>
        {
            life.Point();
            return request is LeaseKeepAliveRequest renewal
                ? (TResponse)(object)new LeaseKeepAliveResponse { ID = renewal.ID, TTL = Own(serving: true).Leases.ContainsKey(renewal.ID) ? SecondsLeft : 0 }
                : throw Unknown(method.FullName);
        });
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(renewals, renewals, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    private EtcdState Own(bool serving)
    {
        var own = SimulatedEtcd.Running(node) ?? throw Failure(StatusCode.Unavailable, "nothing listens there");
        return !serving || etcd.AllServing.Contains(own) ? own : throw Failure(StatusCode.Unavailable, "etcdserver: no leader");
    }

    private object Answer(object request)
    {
        var own = Own(serving: request is not (StatusRequest or MemberListRequest { Linearizable: false }));
        var header = new ResponseHeader { MemberId = Id(node.Name), Revision = own.Revision };
        return request switch
        {
            StatusRequest => Describe(own, header),
            MemberListRequest => List(own, header),
            AlarmRequest => new AlarmResponse { Header = header },
            AuthStatusRequest => new AuthStatusResponse { Header = header, Enabled = true },
            AuthUserListRequest => new AuthUserListResponse { Header = header, Users = { own.Users } },
            AuthUserGetRequest user => new AuthUserGetResponse { Header = header, Roles = { user.Name } },
            AuthRoleListRequest => new AuthRoleListResponse { Header = header },
            RangeRequest read => Read(own, header, read),
            DeleteRangeRequest delete => Delete(own, header, delete.Key.ToStringUtf8()),
            TxnRequest transaction => Write(own, header, transaction),
            LeaseGrantRequest => Grant(own, header),
            LeaseRevokeRequest revoke => own.End(revoke.ID) ? new LeaseRevokeResponse { Header = header } : throw Failure(StatusCode.NotFound, "etcdserver: requested lease not found"),
            LeaseTimeToLiveRequest asked => new LeaseTimeToLiveResponse { Header = header, ID = asked.ID, TTL = own.Leases.ContainsKey(asked.ID) ? SecondsLeft : -1 },
            MemberAddRequest add => Add(own, header, new Uri(add.PeerURLs[0]).Host),
            MemberPromoteRequest promote => Promote(own, header, promote.ID),
            _ => throw Unknown(request.GetType().Name),
        };
    }

    private StatusResponse Describe(EtcdState own, ResponseHeader header) => new()
    {
        Header = header,
        Version = "3.5.16",
        IsLearner = own.Learners.Contains(node.Name),
        Leader = etcd.AllServing.Contains(own) ? Id(etcd.Voters(own).First().Name) : 0,
    };

    private MemberListResponse List(EtcdState own, ResponseHeader header)
    {
        var list = new MemberListResponse { Header = header };
        list.Members.AddRange(own.Voters.Union(own.Learners).Select(name => new Member
        {
            ID = Id(name),
            IsLearner = own.Learners.Contains(name),
            Name = etcd.Members.First(member => member.Name == name).Files.Data.Any(data => data.State == own) ? name : "",
            PeerURLs = { $"https://{name}:2380" },
            ClientURLs = { $"https://{name}:2379" },
        }));
        return list;
    }

    private RangeResponse Read(EtcdState own, ResponseHeader header, RangeRequest read)
    {
        var range = new RangeResponse { Header = header };
        var key = read.Key.ToStringUtf8();
        if (own.Keys.TryGetValue(key, out var value) && !(key == SimulatedRuns.Lease && node.Deployment.Broken == Breakage.LeaseNotAsked))
        {
            range.Kvs.Add(new Mvccpb.KeyValue { Key = read.Key, Value = ByteString.CopyFromUtf8(value), Lease = own.Leases.FirstOrDefault(lease => lease.Value == key).Key });
        }

        return range;
    }

    private static DeleteRangeResponse Delete(EtcdState own, ResponseHeader header, string key)
    {
        own.Revision++;
        Untie(own, key);
        return new DeleteRangeResponse { Header = header, Deleted = own.Keys.Remove(key) ? 1 : 0 };
    }

    // The one transaction that is sent: a key written under a lease, where it is as it was found.
    private TxnResponse Write(EtcdState own, ResponseHeader header, TxnRequest transaction)
    {
        if (transaction is not { Compare: [var compare], Success: [{ RequestPut: { } put }], Failure: [] })
        {
            throw Unknown(transaction.ToString());
        }

        var key = put.Key.ToStringUtf8();
        var isAsFound = compare.Target == Compare.Types.CompareTarget.Create
            ? !own.Keys.ContainsKey(key)
            : own.Keys.GetValueOrDefault(key) == compare.Value.ToStringUtf8();
        if (isAsFound || node.Deployment.Broken == Breakage.LeaseNotAsked)
        {
            own.Revision++;
            Untie(own, key);
            own.Keys[key] = put.Value.ToStringUtf8();
            own.Leases[put.Lease] = key;
        }

        return new TxnResponse { Header = header, Succeeded = isAsFound || node.Deployment.Broken == Breakage.LeaseNotAsked };
    }

    private static LeaseGrantResponse Grant(EtcdState own, ResponseHeader header)
    {
        var lease = 1 + own.Leases.Keys.LastOrDefault();
        own.Leases[lease] = null;
        return new LeaseGrantResponse { Header = header, ID = lease, TTL = 30 };
    }

    private static MemberAddResponse Add(EtcdState own, ResponseHeader header, string name)
    {
        if (own.Voters.Contains(name) || !own.Learners.Add(name))
        {
            throw Failure(StatusCode.FailedPrecondition, "etcdserver: Peer URLs already exists");
        }

        return new MemberAddResponse { Header = header };
    }

    private MemberPromoteResponse Promote(EtcdState own, ResponseHeader header, ulong id)
    {
        var learner = etcd.Members.First(member => Id(member.Name) == id);
        if (SimulatedEtcd.Running(learner) != own)
        {
            throw Failure(StatusCode.FailedPrecondition, "etcdserver: can only promote a learner member which is in sync with leader");
        }

        own.Learners.Remove(learner.Name);
        own.Voters.Add(learner.Name);
        return new MemberPromoteResponse { Header = header };
    }

    private static void Untie(EtcdState own, string key)
    {
        foreach (var lease in own.Leases.Where(lease => lease.Value == key).ToList())
        {
            own.Leases[lease.Key] = null;
        }
    }

    private static ulong Id(string name) => name[^1];

    private static RpcException Failure(StatusCode code, string detail) => new(new Status(code, detail));

    private static UnknownToSimulationException Unknown(string call) => new($"the call {call} to etcd");

    private sealed class Conversation<TRequest, TResponse>(Func<TRequest, TResponse> answer) : IClientStreamWriter<TRequest>, IAsyncStreamReader<TResponse>
    {
        private readonly Queue<Func<TResponse>> _answers = [];

        public WriteOptions? WriteOptions { get; set; }

        public TResponse Current { get; private set; } = default!;

        public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
        {
            _answers.Enqueue(() => answer(message));
            return Task.CompletedTask;
        }

        public Task CompleteAsync() => Task.CompletedTask;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!_answers.TryDequeue(out var next))
            {
                return Task.FromResult(false);
            }

            try
            {
                Current = next();
                return Task.FromResult(true);
            }
            catch (RpcException error)
            {
                return Task.FromException<bool>(error);
            }
        }
    }
}

/// <summary>Answers each request of HTTP with a text; null for nothing listens.</summary>
internal sealed class AnswerHandler(Func<string?> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer() is { } text
        ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text), RequestMessage = request })
        : throw new HttpRequestException(HttpRequestError.ConnectionError, "nothing listens there");
}
