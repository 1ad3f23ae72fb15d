using Renci.SshNet;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>A node behind SSH: one connection, made at the first command, on which every command has a channel of its own.</summary>
internal sealed class SshTransport : INodeTransport
{
    private readonly Lazy<SshTarget> _target;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private SshConnection? _connection;

    /// <summary>Prepares the way; ssh_config is read when it is first needed, and again if it could not be used.</summary>
    public SshTransport(Func<SshTarget> target) => _target = new Lazy<SshTarget>(target, LazyThreadSafetyMode.PublicationOnly);

    public string LoginUser => _target.Value.User;

    public async Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ProcessInput input, CancellationToken cancellation)
    {
        var client = await ConnectedAsync(cancellation).ConfigureAwait(false);
        var line = "exec " + ShellQuoting.Quote(arguments) + (input == ProcessInput.Empty ? " </dev/null" : "");
        return SshProcess.Start(client.CreateCommand(line), input);
    }

    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        _connection?.Dispose();
        _connection = null;
        _connecting.Dispose();
    }

    private async Task<SshClient> ConnectedAsync(CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_connection is not { Client.IsConnected: true })
            {
                _connection?.Dispose();
                _connection = null;
                _connection = await SshConnection.OpenAsync(_target.Value, cancellation).ConfigureAwait(false);
            }

            return _connection.Client;
        }
        finally
        {
            _connecting.Release();
        }
    }
}
