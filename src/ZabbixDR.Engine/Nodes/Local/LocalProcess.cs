using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Local;

internal sealed class LocalProcess : INodeProcess
{
    // .NET gives 128 and the signal's number, as a shell does; the standard signals end at 31 (signal(7)).
    private const int BeforeSignals = 128;
    private const int LastSignal = 31;
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

    private static string SignalName(int number) => number switch
    {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        6 => "ABRT",
        9 => "KILL",
        11 => "SEGV",
        13 => "PIPE",
        15 => "TERM",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private async Task<ProcessEnd> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        var code = _process.ExitCode;
        return new ProcessEnd(code, code is > BeforeSignals and <= BeforeSignals + LastSignal ? SignalName(code - BeforeSignals) : null);
    }
}
