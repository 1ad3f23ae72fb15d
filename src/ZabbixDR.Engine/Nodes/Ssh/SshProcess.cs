using System.Buffers;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

internal sealed class SshProcess : INodeProcess
{
    private const int CopyBuffer = 1024 * 1024;
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

    // SSH.NET's stream has no asynchronous read of its own: each would hand a packet or two from one of the pool's threads to another
    // (docs/benchmarks.md). A thread of its own takes all that is there at once; closing the channel ends its wait.
    public Task CopyOutputAsync(Stream destination, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Copy(destination, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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

    private void Copy(Stream destination, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            int read;
            while ((read = Output.Read(buffer)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                destination.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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
