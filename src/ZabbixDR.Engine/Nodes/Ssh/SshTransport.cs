namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// A node behind SSH: one connection for commands, on which each has a channel of its own, and one for what streams, each made when it
/// is first needed.
/// </summary>
internal sealed class SshTransport : INodeTransport
{
    private readonly Lazy<SshTarget> _target;
    private readonly SshLine _commands;
    private readonly SshLine _bulk;

    /// <summary>Prepares the way; ssh_config is read when it is first needed, and again if it could not be used.</summary>
    public SshTransport(Func<SshTarget> target)
    {
        _target = new Lazy<SshTarget>(target, LazyThreadSafetyMode.PublicationOnly);
        _commands = new SshLine(() => _target.Value);
        _bulk = new SshLine(() => _target.Value);
    }

    public string LoginUser => _target.Value.User;

    public async Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation)
    {
        var client = await (use == ChannelUse.Bulk ? _bulk : _commands).ConnectedAsync(cancellation).ConfigureAwait(false);
        return SshProcess.Start(client.CreateCommand("exec " + ShellQuoting.Quote(arguments)));
    }

    public async ValueTask DisposeAsync()
    {
        await _commands.DisposeAsync().ConfigureAwait(false);
        await _bulk.DisposeAsync().ConfigureAwait(false);
    }
}
