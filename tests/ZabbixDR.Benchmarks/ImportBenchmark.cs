using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ZabbixDR.Benchmarks;

/// <summary>P5: what importing the module costs, above a host that does not import it.</summary>
internal static class ImportBenchmark
{
    public const string Child = "import";
    private const double Goal = 60;

    private static string Manifest => Path.Combine(RepositoryRoot(), "out", "ZabbixDR", "ZabbixDR.psd1");

    public static async Task<bool> RunAsync(int rounds)
    {
        var met = await RunAsync(
            "P5: Import-Module in a hosted runspace, whole processes",
            new Candidate("host", [Candidate.ThisProgram, Child]),
            new Candidate("host and import", [Candidate.ThisProgram, Child, Manifest]),
            rounds);
        if (FindPwsh() is not { } pwsh)
        {
            Console.WriteLine("P5 with pwsh: skipped, there is none on PATH");
            return met;
        }

        return await RunAsync(
            "P5: Import-Module in pwsh, whole processes",
            new Candidate("pwsh", [pwsh, "-NoProfile", "-NonInteractive", "-Command", "1"]),
            new Candidate("pwsh and import", [pwsh, "-NoProfile", "-NonInteractive", "-Command", $"Import-Module '{Manifest}'; 1"]),
            rounds) && met;
    }

    /// <summary>The candidate: a fresh process with a runspace, and the first import in it where there is a manifest.</summary>
    public static int Import(string? manifest)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        var clock = Stopwatch.StartNew();
        shell.AddScript(manifest is null ? "Get-Module" : "param($path) Import-Module $path -ErrorAction Stop").AddArgument(manifest).Invoke();
        Console.WriteLine(clock.Elapsed.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static async Task<bool> RunAsync(string title, Candidate host, Candidate import, int rounds)
    {
        var duel = new Duel(host, import);
        Console.WriteLine($"{title}, {rounds} pairs");
        var pairs = await duel.FightAsync(rounds);
        duel.Print(pairs);
        var above = Duel.Row("import above the host, ms", pairs.Select(pair => (pair.Ours.Elapsed - pair.Base.Elapsed).TotalMilliseconds));
        return Duel.Judge($"at most {Goal:0} ms above the host (median of the pairs)", above <= Goal);
    }

    internal static string? FindPwsh() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "pwsh"))
        .FirstOrDefault(File.Exists);

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ZabbixDR.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("run from a checkout: no ZabbixDR.sln above this program");
    }
}
