using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ZabbixDR.Lab;

/// <summary>
/// All test suites, one summary. The lab's own suites run inside the network of a lab that is reset first; it is taken
/// down when everything passed, and left for a look when something failed.
/// </summary>
internal sealed class TestRun(bool campaign, string? filter, CancellationToken cancellation)
{
    private const string LabName = "test";
    private const string CampaignTag = "Campaign";
    private const int OldestPester = 5;

    private readonly Phases _phases = Phases.OnConsole();
    private readonly List<SuiteResult> _results = [];

    // A campaign breaks the cluster in every way that there is, and waits for each to heal.
    private readonly TimeSpan _suiteLimit = campaign ? TimeSpan.FromHours(6) : TimeSpan.FromMinutes(45);

    private static string ResultsFolder => Repository.In("TestResults");

    public async Task<int> RunAsync()
    {
        if (Directory.Exists(ResultsFolder)) Directory.Delete(ResultsFolder, recursive: true);
        Directory.CreateDirectory(ResultsFolder);
        // Before the first suite: some compare with ssh itself, and would be skipped without it.
        await Prerequisites.EnsureAsync(_phases, cancellation);
        // Here, since the lab's network has no way out.
        await Prerequisites.EnsureS3Async(_phases, cancellation);
        await _phases.RunAsync("solution built", () => Repository.BuildSolutionAsync(cancellation));
        await _phases.RunAsync("module staged into out/ZabbixDR", () => Repository.StageModuleAsync(cancellation));
        await RunXunitAsync("ZabbixDR.Engine.Tests", lab: null);
        await RunXunitAsync("ZabbixDR.Tests", lab: null);

        var lab = await FreshLabAsync();
        await RunXunitAsync("ZabbixDR.Lab.Tests", lab);
        await RunXunitAsync("ZabbixDR.Engine.Lab.Tests", lab);
        await RunPesterAsync(lab);
        return await SummariseAsync();
    }

    private async Task<TwoSiteLab> FreshLabAsync()
    {
        var plan = new LabPlan(LabName, Generation.Default, etcd3Site: "B");
        if (LabFolder.Read(LabName) is not null) await _phases.RunAsync("an earlier run's lab taken down", () => Lifecycle.DownAsync(LabName, cancellation));
        return await Lifecycle.UpAsync(plan, _phases, cancellation);
    }

    private Task RunXunitAsync(string suite, TwoSiteLab? lab) => RunSuiteAsync(suite, async clock =>
    {
        var folder = Path.Combine(ResultsFolder, suite);
        string[] ofUser = filter is null ? [] : [$"({filter})"];
        string[] ofSample = campaign ? [] : [$"(Category!={CampaignTag})"];
        string[] test = ["dotnet", "test", Repository.In("tests/" + suite), "--no-build", "--nologo", "--results-directory", folder, "--logger", "trx;LogFileName=results.trx"];
        string[] filters = [.. ofUser, .. ofSample];
        if (filters.Length > 0) test = [.. test, "--filter", string.Join('&', filters)];
        var outcome = await OutcomeAsync(suite, lab, test);
        var trx = Path.Combine(folder, "results.trx");
        if (File.Exists(trx)) return SuiteResult.FromTrx(suite, trx, clock.Elapsed);
        return outcome.Succeeded
            ? new SuiteResult(suite, 0, [], 0, clock.Elapsed)
            : SuiteResult.Broken(suite, clock.Elapsed, $"ended with exit code {outcome.ExitCode}; see TestResults/{suite}.log");
    });

    private async Task RunPesterAsync(TwoSiteLab lab)
    {
        const string suite = "Pester";
        if (await WhyNoPesterAsync() is { } reason)
        {
            _phases.Say($"{suite} skipped: {reason}");
            _results.Add(SuiteResult.NotHere(suite, "skipped: " + reason));
            return;
        }

        await RunSuiteAsync(suite, async clock =>
        {
            var file = Path.Combine(ResultsFolder, suite + ".json");
            var script = $$"""
                $configuration = New-PesterConfiguration
                $configuration.Run.Path = '{{Repository.In("tests/Pester")}}'
                $configuration.Run.PassThru = $true
                $configuration.Output.Verbosity = 'Detailed'
                $configuration.Filter.ExcludeTag = {{(campaign ? "@()" : $"'{CampaignTag}'")}}
                $run = Invoke-Pester -Configuration $configuration
                $failed = @($run.Failed; $run.FailedBlocks) | ForEach-Object { @{ Test = $_.ExpandedPath; Said = "$($_.ErrorRecord)" } }
                $broken = $run.FailedContainers | ForEach-Object { @{ Test = "$($_.Item)"; Said = "$($_.ErrorRecord)" } }
                @{ Passed = $run.PassedCount; Skipped = $run.SkippedCount; Failed = @($failed; $broken) } | ConvertTo-Json -Depth 3 | Set-Content '{{file}}'
                """;
            var outcome = await OutcomeAsync(suite, lab, ["pwsh", "-NoProfile", "-NonInteractive", "-Command", script]);
            if (!File.Exists(file)) return SuiteResult.Broken(suite, clock.Elapsed, $"ended with exit code {outcome.ExitCode}; see TestResults/{suite}.log");
            using var run = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation));
            var failed = run.RootElement.GetProperty("Failed").EnumerateArray()
                .Select(one => SuiteResult.Failure(one.GetProperty("Test").GetString()!, one.GetProperty("Said").GetString()!)).ToList();
            return new SuiteResult(suite, run.RootElement.GetProperty("Passed").GetInt32(), failed, run.RootElement.GetProperty("Skipped").GetInt32(), clock.Elapsed);
        });
    }

    private async Task<string?> WhyNoPesterAsync()
    {
        if (Prerequisites.FindOnPath("pwsh") is not { } pwsh) return "no pwsh on PATH";
        var newest = await new ExternalCommand(pwsh, "-NoProfile", "-NonInteractive", "-Command",
            "(Get-Module -ListAvailable Pester).Version.Major | Sort-Object -Descending | Select-Object -First 1").RunAsync(cancellation);
        return int.TryParse(newest.Output.Trim(), CultureInfo.InvariantCulture, out var version) && version >= OldestPester
            ? null
            : $"pwsh has no Pester {OldestPester} or newer";
    }

    private async Task RunSuiteAsync(string suite, Func<Stopwatch, Task<SuiteResult>> run)
    {
        var clock = Stopwatch.StartNew();
        SuiteResult result;
        try
        {
            result = await _phases.RunAsync(suite, () => run(clock));
        }
        catch (LabException e)
        {
            result = SuiteResult.Broken(suite, clock.Elapsed, e.Message);
        }

        if (result is { Passed: 0, Failures.Count: 0, Note: null })
            result = filter is null ? SuiteResult.Broken(suite, clock.Elapsed, "ran no test") : result with { Note = "the filter leaves no test" };
        _results.Add(result);
    }

    /// <summary>Runs a suite's program, on the lab's network where there is a lab, and keeps what it said.</summary>
    private async Task<CommandOutcome> OutcomeAsync(string suite, TwoSiteLab? lab, IReadOnlyList<string> argv)
    {
        var variables = new Dictionary<string, string> { ["ZABBIXDR_CAMPAIGN"] = campaign ? "1" : "" };
        if (lab is not null)
        {
            variables["ZABBIXDR_LAB"] = lab.Plan.Name;
            variables["ZABBIXDR_LAB_TOPOLOGY"] = lab.TopologyFile;
        }

        var command = (lab?.Network.Inside(argv) ?? new ExternalCommand(argv)) with { Limit = _suiteLimit, Variables = variables, WorkingDirectory = Repository.Root };
        var outcome = await command.RunAsync(cancellation);
        await File.WriteAllTextAsync(Path.Combine(ResultsFolder, suite + ".log"), outcome.Output + outcome.Error, cancellation);
        return outcome;
    }

    private async Task<int> SummariseAsync()
    {
        var failures = _results.SelectMany(result => result.Failures).ToList();
        var passed = _results.Sum(result => result.Passed);
        var good = failures.Count == 0 && passed > 0;
        if (good) await _phases.RunAsync("lab taken down", () => Lifecycle.DownAsync(LabName, cancellation));

        Console.WriteLine($"\n  {"suite",-24} {"passed",6} {"failed",6} {"skipped",7} {"seconds",8}");
        foreach (var result in _results) Console.WriteLine(result);
        if (failures.Count > 0)
        {
            Console.WriteLine($"\nFailed; what each said is in TestResults/, and lab {LabName} is left as it was:");
            foreach (var failure in failures) Console.WriteLine("  " + failure);
        }

        Console.WriteLine($"\n{passed} passed, {failures.Count} failed, {_results.Sum(result => result.Skipped)} skipped");
        return good ? 0 : 1;
    }
}
