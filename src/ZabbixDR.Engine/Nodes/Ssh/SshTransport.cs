using Renci.SshNet;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>A node behind SSH: one connection, made at the first command, on which every command has a channel of its own.</summary>
internal sealed class SshTransport : INodeTransport
{
    private readonly SshTarget _target;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private SshClient? _client;

    public SshTransport(SshTarget target) => _target = target;

    public async Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ProcessInput input, CancellationToken cancellation)
    {
        var client = await ConnectedAsync(cancellation).ConfigureAwait(false);
        var line = "exec " + ShellQuoting.Quote(arguments) + (input == ProcessInput.Empty ? " </dev/null" : "");
        return SshProcess.Start(client.CreateCommand(line), input);
    }

    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        _client?.Dispose();
        _client = null;
        _connecting.Dispose();
    }

    private async Task<SshClient> ConnectedAsync(CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_client is { IsConnected: true })
            {
                return _client;
            }

            _client?.Dispose();
            _client = null;
            return _client = await ConnectAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<SshClient> ConnectAsync(CancellationToken cancellation)
    {
        var knownHosts = KnownHosts.Load(_target.KnownHostsFile);
        var client = new SshClient(SshConnectionSettings.Make(_target, knownHosts)) { KeepAliveInterval = TimeSpan.FromSeconds(15) };
        DrException? distrust = null;
        client.HostKeyReceived += (_, key) =>
        {
            distrust = SshErrors.IfDistrusted(_target, knownHosts, key);
            key.CanTrust = distrust is null;
        };

        // The library's own timeout covers each step; a host that stops between two of them needs one bound over all.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_target.ConnectTimeout);
        try
        {
            await client.ConnectAsync(limit.Token).ConfigureAwait(false);
            return client;
        }
        catch (Exception error)
        {
            client.Dispose();
            if (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException("Connecting was cancelled.", error, cancellation);
            }

            throw distrust ?? SshErrors.From(_target, error);
        }
    }
}
