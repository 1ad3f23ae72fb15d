using System.ComponentModel;
using System.Diagnostics;

namespace ZabbixDR.Engine.Nodes.Local;

internal sealed class LocalProcess : INodeProcess
{
    // Longer than a lifeline takes to insist.
    private static readonly TimeSpan s_lifeline = TimeSpan.FromSeconds(7);
    private readonly Process _process;
    private int _aborted;

    public LocalProcess(Process process)
    {
        _process = process;
        Ended = WaitAsync();
    }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Error => _process.StandardError.BaseStream;

    public Stream Input => _process.StandardInput.BaseStream;

    public Task<ProcessEnd> Ended { get; }

    // The lifeline ends what it holds, as it does on any node. Searching the tree for it instead would miss a program that is being
    // started just then. What has no lifeline (its input is the caller's) ends with its input, or is killed.
    public void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            Try(() => _process.StandardInput.Close());
            _ = InsistAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
        {
            Abort();
        }

        await Ended.ConfigureAwait(false);

        // Disposing the process leaves open what was asked for, and the lifeline waits for its end.
        Try(() => _process.StandardInput.Close());
        _process.Dispose();
    }

    private async Task InsistAsync()
    {
        await ((Task)Ended).WaitAsync(s_lifeline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Ended.IsCompleted)
        {
            Try(() => _process.Kill(entireProcessTree: true));
        }
    }

    // It has ended by itself, or it is another user's.
    private static void Try(Action abort)
    {
        try
        {
            abort();
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException or IOException)
        {
        }
    }

    private async Task<ProcessEnd> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return new ProcessEnd(_process.ExitCode, Signals.Behind(_process.ExitCode));
    }
}
