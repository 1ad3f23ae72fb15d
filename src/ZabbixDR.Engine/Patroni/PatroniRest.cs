using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Patroni;

/// <summary>Patroni's REST interface on one node, over HTTP/1: every question has a connection of its own, as Patroni closes each.</summary>
internal sealed class PatroniRest : IDisposable
{
    // With the DCS away, Patroni answers /cluster only after its retry_timeout, 10 s by default.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private const int LargestAnswer = 4 * 1024 * 1024;
    private readonly PatroniSettings _settings;
    private readonly SecretReader _secrets;
    private readonly Lazy<PatroniTls?> _tls;
    private readonly Lazy<HttpClient> _http;

    public PatroniRest(INode node, PatroniSettings settings, SecretReader secrets)
        : this(node, settings, secrets, null)
    {
    }

    /// <summary>Prepares the interface over what carries its requests.</summary>
    internal PatroniRest(INode node, PatroniSettings settings, HttpMessageHandler handler)
        : this(node, settings, new SecretReader(null), handler)
    {
    }

    private PatroniRest(INode node, PatroniSettings settings, SecretReader secrets, HttpMessageHandler? handler)
    {
        Node = node;
        _settings = settings;
        _secrets = secrets;
        // A file that could not be read may be readable the next time.
        _tls = new(() => PatroniTls.Load(node, Addresses[0], settings), LazyThreadSafetyMode.PublicationOnly);
        _http = new(() => new HttpClient(handler ?? Handler()) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer }, LazyThreadSafetyMode.PublicationOnly);
    }

    public INode Node { get; }

    // restapi.listen may name the node's own address alone, or the loopback alone.
    private IReadOnlyList<string> Addresses => Node.Definition.IsLocal ? ["127.0.0.1", Environment.MachineName] : [Node.Definition.Address, "127.0.0.1"];

    /// <summary>Asks for a document.</summary>
    /// <exception cref="DrException">
    /// <c>PatroniUnreachable</c>, <c>PatroniTimedOut</c>, <c>PatroniRefused</c>, <c>PatroniUnreadable</c>, <c>PatroniCertificateRefused</c>,
    /// <c>PatroniCertificateUnreadable</c>, and those of <see cref="INode"/>.
    /// </exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var asking = $"Asking Patroni for /{path}";
        try
        {
            using var request = Request(HttpMethod.Get, path);
            using var response = await ExchangeAsync(request, asking, AnswerLimit, cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false), type) ?? throw PatroniUnreadable(asking, null)
                : throw PatroniRefused(asking, $"{(int)response.StatusCode} {response.ReasonPhrase}", null);
        }
        catch (JsonException error)
        {
            throw PatroniUnreadable(asking, error);
        }
        catch (HttpRequestException error)
        {
            throw PatroniRefused(asking, "by closing the connection without a word", error);
        }
    }

    /// <summary>Sends a call that changes something; its answer may be a refusal.</summary>
    /// <exception cref="DrException">
    /// <c>PatroniAnswerLost</c>, where it is not known whether it was done; <c>PatroniUnreachable</c>, <c>PatroniTimedOut</c>,
    /// <c>PatroniCertificateRefused</c>, <c>PatroniCertificateUnreadable</c>, those of reading the password, and those of <see cref="INode"/>.
    /// </exception>
    public async Task<PatroniAnswer> SendAsync(PatroniCall call, ChangePermit permit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(permit);
        try
        {
            using var request = Request(call.Method, call.Path);
            request.Headers.Authorization = Authorization(cancellation);
            request.Content = call.Body is null ? null : new StringContent(call.Body.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await ExchangeAsync(request, call.Tried, call.TimeLimit, cancellation).ConfigureAwait(false);
            var text = (await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)).Trim();
            // Where Patroni itself has no words, Python's HTTP library sends a page.
            return new PatroniAnswer((int)response.StatusCode, text.Length == 0 || text[0] == '<' ? response.ReasonPhrase ?? "" : text);
        }
        catch (HttpRequestException error)
        {
            throw PatroniAnswerLost(call, error);
        }
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new UriBuilder(_settings.RestCaFile is null ? "http" : "https", Addresses[0], _settings.RestPort, path).Uri);
        request.Headers.ConnectionClose = true;
        return request;
    }

    // Only what changes something asks for it (patroni/api.py, check_access), so nothing else carries it.
    private AuthenticationHeaderValue? Authorization(CancellationToken cancellation) => _settings is { RestUser: { } user, RestPassword: { } password }
        ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{_secrets.Read(password, "the password of Patroni's REST interface", cancellation).Reveal()}")))
        : null;

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancellation) => ConnectAsync(cancellation),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
        };
        if (_tls.Value is { } tls)
        {
            handler.SslOptions = tls.Options;
        }

        return handler;
    }

    // An HttpRequestException that it lets through means that the connection ended after the request was sent.
    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, string tried, TimeSpan timeLimit, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeLimit);
        try
        {
            return await _http.Value.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ResponseEnded && !limit.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error) when (error is not DrException)
        {
            cancellation.ThrowIfCancellationRequested();
            // HttpClient wraps what its connection threw.
            throw Innermost(error) as DrException
                ?? (limit.IsCancellationRequested ? PatroniTimedOut(tried, timeLimit, error)
                    : _tls is { IsValueCreated: true, Value.Refusal: { } refusal } ? PatroniCertificateRefused(tried, refusal, error)
                    : PatroniUnreachable(tried, error.GetBaseException().Message, error));
        }
    }

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
                throw PatroniUnreachable("Connecting to Patroni", $"nothing listens on port {_settings.RestPort} of {string.Join(" or ", Addresses)}", error);
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
                ? PatroniUnreachable("Connecting to Patroni", $"no connection within {ConnectLimit.TotalSeconds:0} s", error)
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

    private string Where(string tried) =>
        $"{tried} at {Addresses[0]} port {_settings.RestPort} ({(_settings.RestVia == AccessRoute.Ssh ? "through SSH" : "directly")}{(_settings.RestCaFile is null ? "" : ", TLS")})";

    private DrException PatroniUnreachable(string tried, string cameBack, Exception cause) => DrException.Of(
        DrErrorKind.Unreachable,
        Node.Name,
        Where(tried),
        cameBack,
        "See whether Patroni runs there (systemctl status patroni), and that patroni.rest is right in the topology file: port, via, and caFile where it speaks TLS.",
        cause);

    private DrException PatroniTimedOut(string tried, TimeSpan limit, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        Node.Name,
        Where(tried),
        $"there was no answer within {limit.TotalSeconds:0} s",
        "Patroni hangs, or waits for the DCS or for PostgreSQL: look at its log there.",
        cause);

    private DrException PatroniCertificateRefused(string tried, string refusal, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        Node.Name,
        Where(tried),
        refusal,
        "Give the right authority as patroni.rest.caFile, or Patroni there a certificate (restapi.certfile) of that authority for the node's address in the topology.",
        cause);

    // Patroni 3.0 and 4.0 answer /cluster so while they cannot read the DCS: their handler fails before it has written anything.
    private DrException PatroniRefused(string tried, string cameBack, Exception? cause) => DrException.Of(
        DrErrorKind.Remote,
        Node.Name,
        Where(tried),
        $"it answered {cameBack}",
        $"502, 503 and no word mean that it cannot read the DCS: look at Test-EtcdEndpoint, and at Patroni's log there.{WithoutTls}",
        cause);

    private DrException PatroniAnswerLost(PatroniCall call, Exception cause) => DrException.Of(
        DrErrorKind.Remote,
        Node.Name,
        Where(call.Tried),
        "the connection was closed without a word, so that it is not known whether it was done",
        $"Patroni does so where it cannot read the DCS: look at Test-EtcdEndpoint, and at Get-PatroniCluster for how things are.{WithoutTls}",
        cause);

    private string WithoutTls =>
        _settings.RestCaFile is null ? " It does so too where it speaks TLS and the topology has no patroni.rest.caFile."
        : _settings.RestCertFile is null ? " It does so too where it demands a client certificate (restapi.verify_client) and the topology has no patroni.rest.certFile."
        : "";

    private DrException PatroniUnreadable(string tried, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidData,
        Node.Name,
        Where(tried),
        $"the answer is not what Patroni gives there{(cause is null ? "" : $" ({cause.Message})")}",
        "See whether something else than Patroni listens on that port.",
        cause);
}
