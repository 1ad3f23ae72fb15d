using Renci.SshNet;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

internal sealed class SshProcess : INodeProcess
{
    private readonly SshCommand _command;
    private readonly Stream _input;
    private int _aborted;

    private SshProcess(SshCommand command, Task execution, Stream input)
    {
        _command = command;
        _input = input;
        Ended = EndAsync(execution);
    }

    public Stream Output => _command.OutputStream;

    public Stream Error => _command.ExtendedOutputStream;

    public Stream Input => _input;

    public Task<ProcessEnd> Ended { get; }

    public static SshProcess Start(SshCommand command)
    {
        // The task's end is the channel's end; cancelling goes through Abort, which does not wait for the program's consent.
        var execution = command.ExecuteAsync(CancellationToken.None);
        return new SshProcess(command, execution, command.CreateInputStream());
    }

    public void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            _command.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await Ended.ConfigureAwait(false);
    }

    private async Task<ProcessEnd> EndAsync(Task execution)
    {
        try
        {
            await execution.ConfigureAwait(false);
            return new ProcessEnd(_command.ExitStatus, _command.ExitSignal);
        }
        catch (Exception error) when (error is SshException or ObjectDisposedException or OperationCanceledException)
        {
            return new ProcessEnd(null, null);
        }
    }
}
