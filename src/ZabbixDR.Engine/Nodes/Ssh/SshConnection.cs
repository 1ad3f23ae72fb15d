using Renci.SshNet;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// A connection to a host, with those to the jump hosts on the way to it. Every hop is a whole SSH connection inside the one before,
/// and shows its own host key: a jump host sees only what is encrypted for the next one.
/// </summary>
internal sealed class SshConnection : IDisposable
{
    private readonly SshConnection? _through;
    private readonly ForwardedPortLocal? _way;

    private SshConnection(SshClient client, SshConnection? through, ForwardedPortLocal? way)
    {
        Client = client;
        _through = through;
        _way = way;
    }

    public SshClient Client { get; }

    /// <summary>Connects hop by hop, each within its own time limit.</summary>
    /// <exception cref="DrException">One of <see cref="SshErrors"/>.</exception>
    public static async Task<SshConnection> OpenAsync(SshTarget target, CancellationToken cancellation)
    {
        if (target.Through is not { } jump)
        {
            return new SshConnection(await ConnectAsync(target, target.Address, target.Port, null, cancellation).ConfigureAwait(false), null, null);
        }

        var through = await OpenAsync(jump, cancellation).ConfigureAwait(false);
        ForwardedPortLocal? way = null;
        try
        {
            // Whoever else on this machine finds the port meets the host's SSH server there, as over the network.
            way = new ForwardedPortLocal("127.0.0.1", 0, target.Address, (uint)target.Port);
            Exception? blocked = null;
            way.Exception += (_, failure) => blocked = failure.Exception;
            through.Client.AddForwardedPort(way);
            way.Start();
            return new SshConnection(
                await ConnectAsync(target, way.BoundHost, (int)way.BoundPort, () => blocked, cancellation).ConfigureAwait(false), through, way);
        }
        catch (Exception error)
        {
            way?.Dispose();
            through.Dispose();
            throw error is DrException or OperationCanceledException ? error : SshErrors.From(target, error);
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _way?.Dispose();
        _through?.Dispose();
    }

    private static async Task<SshClient> ConnectAsync(SshTarget target, string address, int port, Func<Exception?>? blocked, CancellationToken cancellation)
    {
        var knownHosts = KnownHosts.Load(target.KnownHostsFiles);
        var identities = SshIdentities.Of(target, cancellation);
        var client = new SshClient(SshConnectionSettings.Make(target, identities, knownHosts, address, port)) { KeepAliveInterval = TimeSpan.FromSeconds(15) };
        DrException? distrust = null;
        client.HostKeyReceived += (_, key) =>
        {
            distrust = NewHostKeys.Refusal(target, knownHosts, key.HostKey);
            key.CanTrust = distrust is null;
        };

        // The library's own timeout covers each step; a host that stops between two of them needs one bound over all.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(target.ConnectTimeout);
        try
        {
            await client.ConnectAsync(limit.Token).ConfigureAwait(false);
            return client;
        }
        catch (Exception error)
        {
            // What the jump host said of the way goes before the broken end that is seen here; what either end says of a connection
            // that was given up is nothing but that.
            var cause = limit.IsCancellationRequested ? new OperationCanceledException(error.Message, error) : blocked?.Invoke() ?? error;
            client.Dispose();
            if (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException("Connecting was cancelled.", error, cancellation);
            }

            throw distrust ?? SshErrors.From(target, cause, identities.Problem);
        }
    }
}
