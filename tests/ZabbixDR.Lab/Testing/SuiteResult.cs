using System.Globalization;
using System.Xml.Linq;

namespace ZabbixDR.Lab;

/// <summary>What one suite came to.</summary>
/// <param name="Name">The suite's name.</param>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Failures">Each that failed: its name, the first lines of what it said, and its place.</param>
/// <param name="Skipped">Tests that were skipped.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Note">Why it did not run, or what is wrong with it as a whole; else null.</param>
internal sealed record SuiteResult(string Name, int Passed, IReadOnlyList<string> Failures, int Skipped, TimeSpan Duration, string? Note = null)
{
    // What was expected, what came, and where they part.
    private const int LinesOfFailure = 8;

    /// <summary>Reads a trx file (the VSTest result format, namespace TeamTest/2010).</summary>
    public static SuiteResult FromTrx(string name, string file, TimeSpan duration)
    {
        XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        var results = XDocument.Load(file).Descendants(trx + "UnitTestResult")
            .Select(result => (
                Test: result.Attribute("testName")!.Value,
                Outcome: result.Attribute("outcome")!.Value,
                Said: result.Descendants(trx + "Message").FirstOrDefault()?.Value ?? "",
                Stack: result.Descendants(trx + "StackTrace").FirstOrDefault()?.Value ?? ""))
            .ToList();
        return new SuiteResult(
            name,
            results.Count(result => result.Outcome == "Passed"),
            [.. results.Where(result => result.Outcome is not ("Passed" or "NotExecuted")).Select(result => Failure(result.Test, result.Said) + Place(result.Stack))],
            results.Count(result => result.Outcome == "NotExecuted"),
            duration);
    }

    /// <summary>A failed test and the first lines of what it said: a machine that nobody can look at any more has only this to tell.</summary>
    public static string Failure(string test, string said) =>
        string.Join("\n    ", [test, .. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(LinesOfFailure).Select(line => line.TrimEnd())]);

    // The innermost line of the tests themselves: "   at Tests.Method() in /path/File.cs:line 12".
    private static string Place(string stack) =>
        stack.Split('\n').FirstOrDefault(line => line.Contains(" in ", StringComparison.Ordinal) && line.Contains("/tests/", StringComparison.Ordinal)) is { } line
            ? $"\n    {line[(line.LastIndexOf('/') + 1)..].Trim()}"
            : "";

    /// <summary>A suite that could not be run at all counts as one failure.</summary>
    public static SuiteResult Broken(string name, TimeSpan duration, string reason) => new(name, 0, [$"{name}: {reason}"], 0, duration, reason);

    /// <summary>A suite that this machine lacks something for.</summary>
    public static SuiteResult NotHere(string name, string reason) => new(name, 0, [], 0, TimeSpan.Zero, reason);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"  {Name,-24} {Passed,6} {Failures.Count,6} {Skipped,7} {Duration.TotalSeconds,8:0.0}  {Note}").TrimEnd();
}
