using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Makes the connection that HTTP/2 runs on, within its time limit, TLS included.</summary>
internal static class EtcdDialer
{
    /// <summary>Connects.</summary>
    /// <exception cref="TimeoutException">There was no connection within the limit.</exception>
    public static async ValueTask<Stream> ConnectAsync(EtcdTarget target, EtcdTls? tls, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(target.ConnectTimeout);
        try
        {
            return await OpenAsync(target, tls, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"no connection within {target.ConnectTimeout.TotalSeconds:0.#} s"));
        }
    }

    private static async ValueTask<Stream> OpenAsync(EtcdTarget target, EtcdTls? tls, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream stream;
        try
        {
            // IdnHost: the name or address without an IPv6 address's brackets.
            await socket.ConnectAsync(target.Endpoint.IdnHost, target.Endpoint.Port, cancellation).ConfigureAwait(false);
            stream = new ReadAheadStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return tls is null ? stream : await SecureAsync(stream, tls, cancellation).ConfigureAwait(false);
    }

    private static async ValueTask<Stream> SecureAsync(Stream stream, EtcdTls tls, CancellationToken cancellation)
    {
        SslStream secure = new ListeningSslStream(stream, tls);
        try
        {
            await secure.AuthenticateAsClientAsync(tls.Options, cancellation).ConfigureAwait(false);
            tls.Shaken();
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
