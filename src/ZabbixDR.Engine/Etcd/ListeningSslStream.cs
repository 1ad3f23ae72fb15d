using System.Net.Security;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// TLS that remembers why a read failed. With TLS 1.3 a member judges the client certificate after our side of the handshake is
/// done: its alert comes with the first read, and what reaches the caller is often only that the connection is disposed.
/// </summary>
internal sealed class ListeningSslStream : SslStream
{
    private readonly EtcdTls _tls;

    public ListeningSslStream(Stream inner, EtcdTls tls)
        : base(inner, leaveInnerStreamOpen: false) => _tls = tls;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = base.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            return ListenAsync(read);
        }

        var length = read.Result;
        _tls.Heard(length);
        return new ValueTask<int>(length);
    }

    private async ValueTask<int> ListenAsync(ValueTask<int> read)
    {
        try
        {
            var length = await read.ConfigureAwait(false);
            _tls.Heard(length);
            return length;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _tls.Heard(error);
            throw;
        }
    }
}
