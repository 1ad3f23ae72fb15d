using System.Diagnostics;

namespace ZabbixDR.Lab.Tests;

/// <summary>An operator's PowerShell in a process of its own, which dies by SIGKILL as soon as its journal has come so far.</summary>
internal static class KilledOperator
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a script in a session of its own that is connected to the lab, and kills it once its journal has so many lines.</summary>
    /// <returns>How many lines the journal had when it was dead; its last may be one more than was waited for.</returns>
    public static Task<int> RunAsync(TwoSiteLab lab, string stateFolder, string script, int lines) =>
        RunAsync(lab, stateFolder, script, journal => Count(journal) >= lines);

    /// <summary>Likewise, once a step was begun.</summary>
    /// <inheritdoc cref="RunAsync(TwoSiteLab, string, string, int)"/>
    public static Task<int> RunUntilAsync(TwoSiteLab lab, string stateFolder, string script, string step) =>
        RunAsync(lab, stateFolder, script, journal => journal.Split('\n').Any(line => line.Contains($"\"step\":\"{step}\"", StringComparison.Ordinal) && line.Contains("\"event\":\"Begun\"", StringComparison.Ordinal)));

    private static async Task<int> RunAsync(TwoSiteLab lab, string stateFolder, string script, Predicate<string> hasCome)
    {
        var file = Path.Combine(stateFolder, "killed.ps1");
        await File.WriteAllTextAsync(file, $"Connect-DrDeployment '{lab.TopologyFile}' -WarningAction Ignore\n{script}\n");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { typeof(TwoSiteLab).Assembly.Location, "session", "--name", Path.GetFileName(lab.Folder), "--script", file })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["XDG_STATE_HOME"] = stateFolder;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            for (var clock = Stopwatch.StartNew(); !hasCome(Journal(stateFolder)); await Task.Delay(2))
            {
                Assert.False(process.HasExited && !hasCome(Journal(stateFolder)), $"it ended before it was killed: {(process.HasExited ? await output + await errors : "")}");
                Assert.True(clock.Elapsed < s_limit, $"after {s_limit} its journal has {Count(Journal(stateFolder))} lines");
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        return Count(Journal(stateFolder));
    }

    private static string Journal(string stateFolder)
    {
        var runs = Path.Combine(stateFolder, "zabbixdr", "runs");
        return Directory.Exists(runs) ? string.Concat(Directory.EnumerateFiles(runs).Select(File.ReadAllText)) : "";
    }

    private static int Count(string journal) => journal.Count(letter => letter == '\n');
}
