using System.Diagnostics;
using System.Globalization;

namespace ZabbixDR.Benchmarks;

/// <summary>A program that is measured: a whole process, from its start to its end.</summary>
internal sealed record Candidate(string Name, IReadOnlyList<string> Argv)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>This program, whether it was itself started so or by the dotnet command.</summary>
    public static string ThisProgram { get; } = Path.Combine(AppContext.BaseDirectory, "ZabbixDR.Benchmarks");

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs once; a failure ends the benchmark, since its time would mean nothing.</summary>
    public async Task<Sample> RunAsync()
    {
        var start = new ProcessStartInfo(Argv[0], Argv.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var peak = 0L;
        var processor = TimeSpan.Zero;
        using var limit = new CancellationTokenSource(s_limit);
        var ended = process.WaitForExitAsync(limit.Token);
        while (!ended.IsCompleted)
        {
            (peak, processor) = Look(process, peak, processor);
            await Task.WhenAny(ended, Task.Delay(20));
        }

        var elapsed = clock.Elapsed;
        await ended;
        return process.ExitCode == 0
            ? new Sample(elapsed, processor, peak, await output)
            : throw new InvalidOperationException($"{Name} ended with {process.ExitCode}: {await error}{await output}");
    }

    // Both only grow while the process runs (the resident set's high-water mark: proc_pid_status(5)), and are gone with it.
    private static (long Peak, TimeSpan Processor) Look(Process process, long peak, TimeSpan processor)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            var now = line is null ? 0 : long.Parse(line["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024;
            return (Math.Max(peak, now), process.TotalProcessorTime);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            return (peak, processor);
        }
    }
}
