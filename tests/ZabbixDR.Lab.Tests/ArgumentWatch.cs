using System.Diagnostics;
using System.Text;

namespace ZabbixDR.Lab.Tests;

/// <summary>
/// Reads the argument list of every process of this machine again and again, and keeps those in which a secret stands. The lab's hosts
/// are containers of it, so that theirs are among them.
/// </summary>
internal sealed class ArgumentWatch : IAsyncDisposable
{
    // What the promise says; a process that lives shorter may pass unseen.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private readonly IReadOnlyDictionary<string, string> _secrets;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _found = [];
    private readonly Task _watching;

    /// <summary>Begins.</summary>
    /// <param name="secrets">The secrets, by a name that may be told.</param>
    public ArgumentWatch(IReadOnlyDictionary<string, string> secrets)
    {
        _secrets = secrets;
        _watching = Task.Factory.StartNew(Watch, TaskCreationOptions.LongRunning);
    }

    /// <summary>How often all processes were looked at.</summary>
    public int Rounds { get; private set; }

    /// <summary>Ends, and tells which secrets stood in which process's arguments.</summary>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        return _found;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
    }

    private void Watch()
    {
        while (!_stop.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
            {
                Look(process);
            }

            Rounds++;
            var rest = s_interval - clock.Elapsed;
            _stop.Token.WaitHandle.WaitOne(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }
    }

    private void Look(string process)
    {
        try
        {
            var arguments = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(process, "cmdline")));
            foreach (var (name, _) in _secrets.Where(secret => arguments.Contains(secret.Value, StringComparison.Ordinal)))
            {
                _found.Add($"{name} in the arguments of {arguments.Split('\0')[0]}");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
        }
    }
}
