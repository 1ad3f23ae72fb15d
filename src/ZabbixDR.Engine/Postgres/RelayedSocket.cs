using System.Net.Sockets;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Postgres;

/// <summary>
/// PostgreSQL's Unix socket on a node, as a Unix socket here: in a directory that only this user can enter, every accepted
/// connection is relayed through the node's command channel. No password and no open port, on the node or here.
/// </summary>
internal sealed class RelayedSocket : IAsyncDisposable
{
    // What sockaddr_un holds on macOS, the smallest of the systems that we run on, without its final zero.
    private const int LongestSocketPath = 103;
    private readonly INode _node;
    private readonly PostgresSettings _settings;
    private readonly DirectoryInfo _folder;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _conversations = [];
    private readonly Task _accepting;
    private Stream? _first;

    private RelayedSocket(INode node, PostgresSettings settings, Stream first)
    {
        _node = node;
        _settings = settings;
        _first = first;
        // CreateTempSubdirectory makes it with mode 0700.
        _folder = System.IO.Directory.CreateTempSubdirectory("zabbixdr-");
        try
        {
            var path = Path.Combine(_folder.FullName, SocketName(settings));
            _listener.Bind(path.Length <= LongestSocketPath ? new UnixDomainSocketEndPoint(path) : throw TemporaryPathTooLong(path));
            _listener.Listen();
        }
        catch
        {
            _listener.Dispose();
            _folder.Delete(recursive: true);
            throw;
        }

        _accepting = AcceptAsync();
    }

    /// <summary>The directory that stands for the server's socket directory.</summary>
    public string Directory => _folder.FullName;

    /// <summary>Connects to the server's socket first, so that a refusal is told as what it is, and then listens.</summary>
    /// <exception cref="DrException"><c>PostgresNotRunning</c>, <c>TemporaryPathTooLong</c>, and those of <see cref="SocketRelay"/>.</exception>
    public static async Task<RelayedSocket> OpenAsync(INode node, PostgresSettings settings, CancellationToken cancellation)
    {
        var first = await ConnectAsync(node, settings, cancellation).ConfigureAwait(false);
        try
        {
            return new RelayedSocket(node, settings, first);
        }
        catch
        {
            await first.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_conversations).ConfigureAwait(false);
        if (_first is not null)
        {
            await _first.DisposeAsync().ConfigureAwait(false);
        }

        _folder.Delete(recursive: true);
        _stop.Dispose();
    }

    private static string SocketName(PostgresSettings settings) => $".s.PGSQL.{settings.Port}";

    private static async Task<Stream> ConnectAsync(INode node, PostgresSettings settings, CancellationToken cancellation)
    {
        var path = $"{settings.SocketDirectory}/{SocketName(settings)}";
        try
        {
            return await SocketRelay.ConnectUnixAsync(node, path, settings.Reader, cancellation).ConfigureAwait(false);
        }
        catch (DrException failure) when (failure.Id == SocketRelay.RefusedId)
        {
            throw PostgresErrors.PostgresNotRunning(node, path, failure);
        }
    }

    // More than one is accepted: Npgsql cancels a query through a connection of its own.
    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _conversations.Add(RelayAsync(await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(Socket accepted)
    {
        try
        {
            var near = new NetworkStream(accepted, ownsSocket: true);
            await using (near.ConfigureAwait(false))
            {
                var far = Interlocked.Exchange(ref _first, null) ?? await ConnectAsync(_node, _settings, _stop.Token).ConfigureAwait(false);
                await using (far.ConfigureAwait(false))
                {
                    // The far side's reads end only when it is closed, so either end closes both.
                    using var abort = _stop.Token.Register(far.Dispose);
                    var receiving = far.CopyToAsync(near, _stop.Token);
                    await Task.WhenAny(near.CopyToAsync(far, _stop.Token), receiving).ConfigureAwait(false);
                    far.Dispose();
                    near.Dispose();
                    await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        catch (Exception error) when (error is DrException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Npgsql sees its connection closed and says so to the caller.
        }
    }

    private static DrException TemporaryPathTooLong(string path) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Making the socket {path} on this machine",
        $"a socket's path may have {LongestSocketPath} characters, this one has {path.Length}",
        "Set TMPDIR to a shorter path.");
}
