using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>Patroni's REST interface on one node, over HTTP/1: every question has a connection of its own, as Patroni closes each.</summary>
internal sealed class PatroniRest : IDisposable
{
    // With the DCS away, Patroni answers /cluster only after its retry_timeout, 10 s by default.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private const int LargestAnswer = 4 * 1024 * 1024;
    private readonly PatroniSettings _settings;
    private readonly HttpClient _http;

    public PatroniRest(INode node, PatroniSettings settings)
    {
        Node = node;
        _settings = settings;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancellation) => ConnectAsync(cancellation),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
        };
        _http = Client(handler);
    }

    /// <summary>Prepares the interface over what carries its requests.</summary>
    internal PatroniRest(INode node, PatroniSettings settings, HttpMessageHandler handler)
    {
        Node = node;
        _settings = settings;
        _http = Client(handler);
    }

    public INode Node { get; }

    // restapi.listen may name the node's own address alone, or the loopback alone.
    private IReadOnlyList<string> Addresses => Node.Definition.IsLocal ? ["127.0.0.1", Environment.MachineName] : [Node.Definition.Address, "127.0.0.1"];

    /// <summary>Asks for a document.</summary>
    /// <exception cref="DrException">
    /// <c>PatroniUnreachable</c>, <c>PatroniTimedOut</c>, <c>PatroniRefused</c>, <c>PatroniUnreadable</c>, and those of <see cref="INode"/>.
    /// </exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder("http", Addresses[0], _settings.RestPort, path).Uri);
            request.Headers.ConnectionClose = true;
            using var response = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(body, type) ?? throw PatroniUnreadable(path, null)
                : throw PatroniRefused(path, $"{(int)response.StatusCode} {response.ReasonPhrase}", null);
        }
        catch (JsonException error)
        {
            throw PatroniUnreadable(path, error);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ResponseEnded && !limit.IsCancellationRequested)
        {
            throw PatroniRefused(path, "by closing the connection without a word", error);
        }
        catch (Exception error) when (error is not DrException)
        {
            cancellation.ThrowIfCancellationRequested();
            // HttpClient wraps what its connection threw.
            throw Innermost(error) as DrException
                ?? (limit.IsCancellationRequested ? PatroniTimedOut(path, error) : PatroniUnreachable(path, error.GetBaseException().Message, error));
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpClient Client(HttpMessageHandler handler) => new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            return await ConnectAsync(Addresses[0], cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException { SocketErrorCode: SocketError.ConnectionRefused } or DrException { Id: SocketRelay.RefusedId }
            && (Node.Definition.IsLocal || _settings.RestVia == AccessRoute.Ssh))
        {
            try
            {
                return await ConnectAsync(Addresses[1], cancellation).ConfigureAwait(false);
            }
            catch (Exception second) when (second is SocketException or DrException { Id: SocketRelay.RefusedId })
            {
                throw PatroniUnreachable("", $"nothing listens on port {_settings.RestPort} of {string.Join(" or ", Addresses)}", error);
            }
        }
    }

    private async Task<Stream> ConnectAsync(string address, CancellationToken cancellation) =>
        Node.Definition.IsLocal || _settings.RestVia == AccessRoute.Direct
            ? await ConnectDirectlyAsync(address, cancellation).ConfigureAwait(false)
            : await SocketRelay.ConnectTcpAsync(Node, address, _settings.RestPort, cancellation).ConfigureAwait(false);

    private async Task<Stream> ConnectDirectlyAsync(string address, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ConnectLimit);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, _settings.RestPort, limit.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error)
        {
            socket.Dispose();
            throw limit.IsCancellationRequested && !cancellation.IsCancellationRequested
                ? PatroniUnreachable("", $"no connection within {ConnectLimit.TotalSeconds:0} s", error)
                : error;
        }
    }

    private static Exception Innermost(Exception error)
    {
        while (error is not DrException && error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }

    private string Asking(string path) =>
        $"Asking Patroni for /{path} at {Addresses[0]} port {_settings.RestPort} ({(_settings.RestVia == AccessRoute.Ssh ? "through SSH" : "directly")})";

    private DrException PatroniUnreachable(string path, string cameBack, Exception cause) => DrException.Of(
        DrErrorKind.Unreachable,
        Node.Name,
        Asking(path),
        cameBack,
        "See whether Patroni runs there (systemctl status patroni), and that patroni.rest.port and patroni.rest.via are right in the topology file.",
        cause);

    private DrException PatroniTimedOut(string path, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        Node.Name,
        Asking(path),
        $"there was no answer within {AnswerLimit.TotalSeconds:0} s",
        "Patroni hangs, or waits for the DCS: look at its log there.",
        cause);

    // Patroni 3.0 and 4.0 answer /cluster so while they cannot read the DCS: their handler fails before it has written anything.
    private DrException PatroniRefused(string path, string cameBack, Exception? cause) => DrException.Of(
        DrErrorKind.Remote,
        Node.Name,
        Asking(path),
        $"it answered {cameBack}",
        "502, 503 and no word mean that it cannot read the DCS: look at Test-EtcdEndpoint, and at Patroni's log there.",
        cause);

    private DrException PatroniUnreadable(string path, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidData,
        Node.Name,
        Asking(path),
        $"the answer is not what Patroni gives there{(cause is null ? "" : $" ({cause.Message})")}",
        "See whether something else than Patroni listens on that port.",
        cause);
}
