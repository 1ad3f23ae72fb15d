using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Lab;

/// <summary>A line for each phase of long work, with its seconds; on a terminal the line lives while the phase runs.</summary>
internal sealed class Phases(TextWriter output)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _total = Stopwatch.StartNew();
    private readonly List<string> _running = [];
    private readonly bool _live = output == Console.Out && !Console.IsOutputRedirected;

    public static Phases OnConsole() => new(Console.Out);

    public static Phases Silent() => new(TextWriter.Null);

    public TimeSpan Total => _total.Elapsed;

    public async Task<T> RunAsync<T>(string title, Func<Task<T>> work)
    {
        var clock = Stopwatch.StartNew();
        lock (output) _running.Add(title);
        using var timer = new Timer(_ => ShowLive(title, clock), null, _live ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Refresh);
        var note = "  failed";
        try
        {
            var result = await work();
            note = "";
            return result;
        }
        finally
        {
            await timer.DisposeAsync();
            lock (output) _running.Remove(title);
            Write(Line(title, clock, note), lasting: true);
        }
    }

    public Task RunAsync(string title, Func<Task> work) => RunAsync(title, async () =>
    {
        await work();
        return true;
    });

    /// <summary>A line about something that takes no time.</summary>
    public void Say(string line) => Write("  " + line, lasting: true);

    /// <summary>There is one live line: that of the phase that began last.</summary>
    private void ShowLive(string title, Stopwatch clock)
    {
        lock (output)
        {
            if (_running.LastOrDefault() == title) Write(Line(title, clock, ""), lasting: false);
        }
    }

    private static string Line(string title, Stopwatch clock, string note) =>
        string.Create(CultureInfo.InvariantCulture, $"  {title,-58} {clock.Elapsed.TotalSeconds,6:0.0} s{note}");

    /// <summary>A line that does not last is overwritten by the next.</summary>
    private void Write(string line, bool lasting)
    {
        lock (output) output.Write((_live ? "\r\e[K" : "") + line + (lasting ? Environment.NewLine : ""));
    }
}
