using System.ComponentModel;
using System.Diagnostics;

namespace ZabbixDR.Engine.Nodes.Local;

internal sealed class LocalProcess : INodeProcess
{
    private readonly Process _process;

    public LocalProcess(Process process)
    {
        _process = process;
        Ended = WaitAsync();
    }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Error => _process.StandardError.BaseStream;

    public Stream Input => _process.StandardInput.BaseStream;

    public Task<ProcessEnd> Ended { get; }

    public void Abort()
    {
        // The tree first: the lifeline, let go, would end the parents by which the tree is found.
        Try(() => _process.Kill(entireProcessTree: true));
        Try(() => _process.StandardInput.Close());
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
        {
            Abort();
        }

        await Ended.ConfigureAwait(false);
        _process.Dispose();
    }

    // It has ended by itself, or it is another user's and ends by the lifeline.
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
