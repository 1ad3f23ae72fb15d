using System.Net;
using Etcdserverpb;
using Grpc.Core;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>Answers the calls to one member of a simulated etcd. A call that it does not know fails the test.</summary>
internal sealed class SimulatedEtcdCalls(SimulatedEtcd etcd, SimulatedNode node, Lifetime life, Action changed) : CallInvoker
{
    // Room that no test fills.
    private const string Metrics = "etcd_server_quota_backend_bytes 2e+09\n";

    private static readonly string[] s_changing = [nameof(DeleteRangeRequest)];

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

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Unknown(method.FullName);

    private object Answer(object request)
    {
        var own = SimulatedEtcd.Running(node) ?? throw Failure(StatusCode.Unavailable, "nothing listens there");
        var serves = etcd.Serving == own;
        var header = new ResponseHeader { MemberId = Id(node), Revision = own.Revision };
        if (request is StatusRequest)
        {
            return new StatusResponse { Header = header, Version = "3.5.16", Leader = serves ? Id(etcd.Members.First(member => SimulatedEtcd.Running(member) == own)) : 0 };
        }

        if (!serves)
        {
            throw Failure(StatusCode.Unavailable, "etcdserver: no leader");
        }

        switch (request)
        {
            case AlarmRequest:
                return new AlarmResponse { Header = header };
            case AuthStatusRequest:
                return new AuthStatusResponse { Header = header, Enabled = true };
            case AuthUserListRequest:
                return new AuthUserListResponse { Header = header, Users = { own.Users } };
            case RangeRequest read:
                var range = new RangeResponse { Header = header };
                if (own.Keys.TryGetValue(read.Key.ToStringUtf8(), out var value))
                {
                    range.Kvs.Add(new Mvccpb.KeyValue { Key = read.Key, Value = Google.Protobuf.ByteString.CopyFromUtf8(value) });
                }

                return range;
            case DeleteRangeRequest delete:
                own.Revision++;
                return new DeleteRangeResponse { Header = header, Deleted = own.Keys.Remove(delete.Key.ToStringUtf8()) ? 1 : 0 };
            default:
                throw Unknown(request.GetType().Name);
        }
    }

    private static ulong Id(SimulatedNode node) => node.Name[^1];

    private static RpcException Failure(StatusCode code, string detail) => new(new Status(code, detail));

    private static UnknownToSimulationException Unknown(string call) => new($"the call {call} to etcd");
}

/// <summary>Answers each request of HTTP with a text; null for nothing listens.</summary>
internal sealed class AnswerHandler(Func<string?> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer() is { } text
        ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text), RequestMessage = request })
        : throw new HttpRequestException(HttpRequestError.ConnectionError, "nothing listens there");
}
