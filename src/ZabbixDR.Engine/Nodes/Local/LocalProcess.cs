using System.Diagnostics;

namespace ZabbixDR.Engine.Nodes.Local;

internal sealed class LocalProcess : INodeProcess
{
    private const int FirstSignalExitCode = 128;
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
        try
        {
            _process.StandardInput.Close();
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            // It has ended by itself, or it is another user's and ends by the lifeline that was just let go.
        }
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

    private async Task<ProcessEnd> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        var code = _process.ExitCode;
        return code > FirstSignalExitCode ? new ProcessEnd(code, (code - FirstSignalExitCode).ToString(System.Globalization.CultureInfo.InvariantCulture)) : new ProcessEnd(code, null);
    }
}
