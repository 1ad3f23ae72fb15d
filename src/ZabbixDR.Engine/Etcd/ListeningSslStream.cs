using System.Net.Security;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// TLS that remembers why a read failed. With TLS 1.3 a member judges the client certificate after our side of the handshake is
/// done: its alert comes with the first read, and what reaches the caller is often only that the connection is disposed.
/// </summary>
internal sealed class ListeningSslStream : SslStream
{
    private readonly Action<Exception> _onFailure;

    public ListeningSslStream(Stream inner, Action<Exception> onFailure)
        : base(inner, leaveInnerStreamOpen: false) => _onFailure = onFailure;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = base.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? read : ListenAsync(read);
    }

    private async ValueTask<int> ListenAsync(ValueTask<int> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _onFailure(error);
            throw;
        }
    }
}
