using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// A shell that stays on a node and runs, one after the other, commands that only look: one channel, one login shell and one
/// <see cref="Lifeline"/> for all of them, instead of one each (docs/decisions/026). It is started with the second, and again after one
/// that had to be ended, since the shell ends with it.
/// </summary>
internal sealed class StandingShell : IAsyncDisposable
{
    // What comes in is handed on to the shell line by line, and its end, which is the end of our hold, ends the shell and what it runs: as
    // the lifeline of a single command does. It must lead a process group for that; sshd sees to it. `read` takes byte by byte, a tenth of a
    // millisecond for a command of 200.
    private const string Script =
        """
        export LC_ALL=C TZ=UTC SHELL=/bin/sh
        read -r pid name state parent group rest </proc/$$/stat
        [ "$group" = $$ ] || exit
        exec 3<&0 </dev/null
        {
        trap '' HUP INT TERM
        while IFS= read -r line; do printf '%s\n' "$line" || break; done
        exec </dev/null >/dev/null 2>&1
        kill -s TERM -- -$$
        sleep 5
        kill -s KILL -- -$$
        } <&3 3<&- | {
        exec 3<&-
        exec sh
        }
        """;

    // The shell's own words, such as that a signal ended a command, go nowhere: that is told by the exit code.
    // A command of sudo's has a terminal to hang up, as TerminalLifeline gives it: sudo must lead that terminal's session, or it is not told of
    // its end. So one for all of them will not do.
    private const string Opening =
        $$"""
        exec 9>&2 2>/dev/null
        run() { command -v "$1" >/dev/null || { echo "$1: not found" >&2; exit 127; }; exec "$@"; }
        own() { command -v script >/dev/null || exec sh -c "exec $1"; exec 4>&1 5>&2; {{TerminalLifeline.OnTerminal}}; }

        """;

    private readonly Func<IReadOnlyList<string>, CancellationToken, Task<INodeProcess>> _start;
    private readonly SemaphoreSlim _free = new(1, 1);
    private INodeProcess? _shell;
    private bool _isAskedAgain;
    private bool _isProven;
    private bool _isOfNoUse;

    /// <summary>Prepares it; nothing is started yet.</summary>
    /// <param name="start">Starts a program on the node.</param>
    public StandingShell(Func<IReadOnlyList<string>, CancellationToken, Task<INodeProcess>> start) => _start = start;

    /// <summary>Runs a command.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="cancellation">Ends the wait for the connection.</param>
    /// <returns>The command; null where it is the first or needs a channel of its own, the shell is busy with another, or the node cannot have the shell.</returns>
    public async Task<INodeProcess?> TryRunAsync(Invocation invocation, CancellationToken cancellation)
    {
        if (invocation.Bare is not { } bare || _isOfNoUse || !await _free.WaitAsync(TimeSpan.Zero, cancellation).ConfigureAwait(false))
        {
            return null;
        }

        // A shell costs more than a single look.
        if (!_isAskedAgain)
        {
            _isAskedAgain = true;
            _free.Release();
            return null;
        }

        try
        {
            if (_shell is null or { Ended.IsCompleted: true })
            {
                await EndAsync().ConfigureAwait(false);
                _shell = await _start(["sh", "-c", Script], cancellation).ConfigureAwait(false);
                await TellAsync(_shell, Opening, cancellation).ConfigureAwait(false);
            }

            var mark = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            var command = invocation.IsAnothers ? $"own {ShellQuoting.Quote([ShellQuoting.Quote(bare)])}" : $"run {ShellQuoting.Quote(bare)}";
            await TellAsync(_shell, $"({command}) </dev/null 2>&9 9>&-; echo {mark}$?; echo {mark} >&9\n", cancellation).ConfigureAwait(false);
            return new Look(this, _shell, Encoding.ASCII.GetBytes(mark));
        }
        catch
        {
            // One that ended before it could be told anything, as in ReleaseAsync.
            _isOfNoUse |= _shell is not null && !_isProven && !cancellation.IsCancellationRequested;
            await EndAsync().ConfigureAwait(false);
            _free.Release();
            throw;
        }
    }

    public ValueTask DisposeAsync() => EndAsync();

    private static async Task TellAsync(INodeProcess shell, string text, CancellationToken cancellation)
    {
        await shell.Input.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation).ConfigureAwait(false);
        await shell.Input.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private async ValueTask EndAsync()
    {
        if (_shell is { } shell)
        {
            _shell = null;
            await shell.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask ReleaseAsync(bool isWhole, bool wasEnded)
    {
        _isProven |= isWhole;

        // A shell that ends by itself before it has run anything is one that the node does not let stand.
        _isOfNoUse |= !isWhole && !wasEnded && !_isProven;
        if (!isWhole || wasEnded)
        {
            await EndAsync().ConfigureAwait(false);
        }

        _free.Release();
    }

    /// <summary>One command of the shell.</summary>
    private sealed class Look(StandingShell owner, INodeProcess shell, byte[] mark) : INodeProcess
    {
        private readonly MarkedStream _output = new(shell.Output, mark);
        private readonly MarkedStream _error = new(shell.Error, mark);
        private int _disposed;
        private bool _wasEnded;

        public Stream Output => _output;

        public Stream Error => _error;

        public Stream Input => Stream.Null;

        /// <summary>Known once both of its outputs were read to their end.</summary>
        public Task<ProcessEnd> Ended => Task.FromResult(
            int.TryParse(_output.Trailer, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? new ProcessEnd(code, Signals.Behind(code)) : new ProcessEnd(null, null));

        public void Abort()
        {
            _wasEnded = true;
            shell.Abort();
        }

        public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0
            ? owner.ReleaseAsync(_output.Trailer is not null && _error.Trailer is not null, _wasEnded)
            : ValueTask.CompletedTask;
    }
}
