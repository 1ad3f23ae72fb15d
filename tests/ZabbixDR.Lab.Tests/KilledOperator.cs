using System.Diagnostics;

namespace ZabbixDR.Lab.Tests;

/// <summary>An operator's PowerShell in a process of its own, which dies by SIGKILL as soon as its journal has so many lines.</summary>
internal static class KilledOperator
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a script in a session of its own that is connected to the lab, and kills it.</summary>
    /// <returns>How many lines the journal had when it was dead; its last may be one more than was waited for.</returns>
    public static async Task<int> RunAsync(TwoSiteLab lab, string stateFolder, string script, int lines)
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
            for (var clock = Stopwatch.StartNew(); Lines(stateFolder) < lines; await Task.Delay(2))
            {
                Assert.False(process.HasExited && Lines(stateFolder) < lines, $"it ended before it was killed: {(process.HasExited ? await output + await errors : "")}");
                Assert.True(clock.Elapsed < s_limit, $"after {s_limit} its journal has {Lines(stateFolder)} lines");
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        return Lines(stateFolder);
    }

    private static int Lines(string stateFolder)
    {
        var runs = Path.Combine(stateFolder, "zabbixdr", "runs");
        return Directory.Exists(runs) ? Directory.EnumerateFiles(runs).Sum(file => File.ReadAllText(file).Count(letter => letter == '\n')) : 0;
    }
}
