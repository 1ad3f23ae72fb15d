using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

internal sealed class SshProcess : INodeProcess
{
    private readonly SshCommand _command;
    private readonly ChannelOutput _output = new();
    private readonly ChannelOutput _error = new();
    private int _disposed;

    private SshProcess(SshCommand command)
    {
        _command = command;
        SetOutput(command, _output);
        SetError(command, _error);
        ChannelWindow.Narrow(command);

        // The task's end is the channel's end; cancelling goes through Abort, which does not wait for the program's consent.
        Ended = EndAsync(command.ExecuteAsync(CancellationToken.None));
        Input = InputOf(command);
    }

    public Stream Output => _output;

    public Stream Error => _error;

    public Stream Input { get; }

    public Task<ProcessEnd> Ended { get; }

    public static SshProcess Start(SshCommand command) => new(command);

    // Where it is aborted the channel ends, and the copy with it.
    public Task CopyOutputAsync(Stream destination, CancellationToken cancellation) => _output.HandOnAsync(destination);

    // Not by this thread: the end of a channel is waited for, and who aborts may be the connection's own, which would have to hear of it.
    public void Abort()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _ = Task.Run(_command.Dispose);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _command.Dispose();
        }

        await Ended.ConfigureAwait(false);
    }

    // A short command has its end behind it by now where this thread had to wait, and reads nothing any more.
    private static Stream InputOf(SshCommand command)
    {
        try
        {
            return command.CreateInputStream();
        }
        catch (InvalidOperationException)
        {
            return Stream.Null;
        }
    }

    // SSH.NET lets nobody else say where a channel's data goes (docs/decisions/023). The package's version is held by the lock file.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_OutputStream")]
    private static extern void SetOutput(SshCommand command, Stream output);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ExtendedOutputStream")]
    private static extern void SetError(SshCommand command, Stream error);

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
