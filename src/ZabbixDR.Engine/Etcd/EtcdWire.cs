using Grpc.Core;
using Grpc.Net.Client;

namespace ZabbixDR.Engine.Etcd;

/// <summary>What carries calls to one member, for one operation.</summary>
internal sealed class EtcdWire : IDisposable
{
    // A member that loses its power says nothing more: found out after both of these. etcd refuses pings that come more often
    // than every 5 s (--grpc-keepalive-min-time).
    private static readonly TimeSpan s_pingAfterSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pingTimeout = TimeSpan.FromSeconds(10);
    private readonly IDisposable? _channel;

    /// <summary>Puts one together.</summary>
    /// <param name="calls">Carries the calls of gRPC.</param>
    /// <param name="web">Carries requests of HTTP.</param>
    /// <param name="tls">Our side of TLS; null where none is spoken.</param>
    /// <param name="channel">Is ended with it.</param>
    public EtcdWire(CallInvoker calls, HttpMessageHandler web, EtcdTls? tls = null, IDisposable? channel = null)
    {
        Calls = calls;
        Web = web;
        Tls = tls;
        _channel = channel;
    }

    /// <summary>Carries the calls of gRPC.</summary>
    public CallInvoker Calls { get; }

    /// <summary>Carries requests of HTTP.</summary>
    public HttpMessageHandler Web { get; }

    /// <summary>Our side of TLS; null where none is spoken.</summary>
    public EtcdTls? Tls { get; }

    /// <summary>Prepares one over the network: nothing is sent before the first call.</summary>
    /// <exception cref="DrException">Those of <see cref="EtcdTls.Load"/>.</exception>
    public static EtcdWire To(EtcdTarget target)
    {
        var tls = EtcdTls.Load(target);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            KeepAlivePingDelay = s_pingAfterSilence,
            KeepAlivePingTimeout = s_pingTimeout,
            InitialHttp2StreamWindowSize = SnapshotPipe.WindowSize,
            ConnectCallback = (_, cancellation) => EtcdDialer.ConnectAsync(target, tls, cancellation),
        };
        var channel = GrpcChannel.ForAddress(target.Endpoint, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxRetryAttempts = null,
        });
        return new EtcdWire(channel.CreateCallInvoker(), handler, tls, channel);
    }

    /// <inheritdoc/>
    public void Dispose() => _channel?.Dispose();
}
