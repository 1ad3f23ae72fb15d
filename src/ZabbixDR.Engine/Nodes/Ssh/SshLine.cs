using Renci.SshNet;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>One connection to a host, made when it is first needed and again when it was lost.</summary>
internal sealed class SshLine : IAsyncDisposable
{
    private readonly Func<SshTarget> _target;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly List<SshConnection> _left = [];
    private SshConnection? _connection;

    public SshLine(Func<SshTarget> target) => _target = target;

    /// <summary>The connected client.</summary>
    /// <exception cref="DrException">One of <see cref="SshErrors"/>.</exception>
    public async Task<SshClient> ConnectedAsync(CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_connection is not { Client.IsConnected: true })
            {
                _connection?.Dispose();
                _connection = null;
                _connection = await SshConnection.OpenAsync(_target(), cancellation).ConfigureAwait(false);
            }

            return _connection.Client;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>
    /// Leaves a connection on which the host did not answer in time: the next command has a new one. A host that lost its power says nothing of it,
    /// and one that has it again is not heard before the kernel repeats what it had sent, up to two minutes later. What runs on it keeps it, since
    /// the host may only be slow.
    /// </summary>
    /// <param name="client">The client of that connection.</param>
    /// <param name="cancellation">Ends the wait for another who connects meanwhile.</param>
    public async Task LeaveAsync(SshClient client, CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation).ConfigureAwait(false);
        if (_connection?.Client == client)
        {
            _left.Add(_connection);
            _connection = null;
        }

        _connecting.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        _connection?.Dispose();
        _connection = null;
        _left.ForEach(connection => connection.Dispose());
        _connecting.Dispose();
    }
}
