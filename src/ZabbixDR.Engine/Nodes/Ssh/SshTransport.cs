using Renci.SshNet;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// A node behind SSH: one connection for commands, on which each has a channel of its own or the turn of a shell that stands there, and one
/// for what streams, each made when it is first needed.
/// </summary>
internal sealed class SshTransport : INodeTransport
{
    private readonly Lazy<SshTarget> _target;
    private readonly SshLine _commands;
    private readonly SshLine _bulk;
    private readonly StandingShell _shell;

    /// <summary>Prepares the way; ssh_config is read when it is first needed, and again if it could not be used.</summary>
    public SshTransport(Func<SshTarget> target)
    {
        _target = new Lazy<SshTarget>(target, LazyThreadSafetyMode.PublicationOnly);
        _commands = new SshLine(() => _target.Value);
        _bulk = new SshLine(() => _target.Value);
        _shell = new StandingShell(StartCommandAsync);
    }

    public string LoginUser => _target.Value.User;

    public async Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation)
    {
        var line = use == ChannelUse.Bulk ? _bulk : _commands;
        var client = await line.ConnectedAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await StartAsync(client.CreateCommand("exec " + ShellQuoting.Quote(arguments)), cancellation).ConfigureAwait(false);
        }
        catch (SshOperationTimeoutException)
        {
            await line.LeaveAsync(client, cancellation).ConfigureAwait(false);
            throw;
        }
    }

    public async Task<INodeProcess> StartAsync(Invocation invocation, CancellationToken cancellation) =>
        await _shell.TryRunAsync(invocation, cancellation).ConfigureAwait(false) ?? await StartCommandAsync(invocation.Vector, cancellation).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await _shell.DisposeAsync().ConfigureAwait(false);
        await _commands.DisposeAsync().ConfigureAwait(false);
        await _bulk.DisposeAsync().ConfigureAwait(false);
    }

    private Task<INodeProcess> StartCommandAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) => StartAsync(arguments, ChannelUse.Command, cancellation);

    // Opening a channel asks the node twice, and SSH.NET waits with the thread that it is called by: so it has one of its own, that many
    // nodes are asked at once with few processors, and that one which says nothing any more costs no longer than its caller waits.
    private static async Task<INodeProcess> StartAsync(SshCommand command, CancellationToken cancellation)
    {
        var starting = Task.Factory.StartNew(() => SshProcess.Start(command), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await starting.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _ = starting.ContinueWith(late => late.Result.Abort(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }
}
