using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>One way down a decision tree, on one node: it keeps what was looked at, so that each finding has its evidence.</summary>
/// <param name="subject">What is looked at.</param>
/// <param name="node">Where.</param>
internal sealed class Look(DrSubject subject, INode node)
{
    // A title and what stands below it.
    private const int ShownLines = 3;

    // A program that fails is an answer here.
    private static readonly int[] s_anyCode = [.. Enumerable.Range(0, 256)];

    private readonly List<string> _evidence = [];

    /// <summary>Where.</summary>
    public INode Node => node;

    /// <summary>Runs a command and keeps it and its answer as evidence; an exit code other than 0 is an answer.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>, but for <c>CommandFailed</c>.</exception>
    public async Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation)
    {
        var result = await node.RunAsync(command with { AcceptedExitCodes = s_anyCode }, cancellation).ConfigureAwait(false);
        var said = string.Join(" | ", (result.ExitCode == 0 ? result.Output : result.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(ShownLines));
        Saw($"{command.Title ?? command.ToString()}", result.ExitCode == 0 && said.Length > 0 ? said : $"exit code {result.ExitCode} {said}");
        return result;
    }

    /// <summary>Keeps a fact as evidence.</summary>
    /// <param name="what">What was asked.</param>
    /// <param name="gave">What it gave.</param>
    public void Saw(string what, string? gave) => _evidence.Add($"{what}: {(gave is { Length: > 0 } ? gave.Trim() : "nothing")}");

    /// <summary>This is wrong.</summary>
    /// <param name="what">The second half of the id.</param>
    /// <param name="finding">What is wrong, as a sentence.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    public DrFinding Fault(string what, string finding, string remedy) => Found(ReadinessStatus.Fail, what, finding, remedy);

    /// <summary>This may become wrong, or is not as it should be without harm yet.</summary>
    /// <param name="what">The second half of the id.</param>
    /// <param name="finding">What it is, as a sentence.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    public DrFinding Doubt(string what, string finding, string remedy) => Found(ReadinessStatus.Warn, what, finding, remedy);

    /// <summary>A failure of the engine that says itself what is wrong.</summary>
    public DrFinding Fault(string what, DrException failure) => Fault(what, $"{failure.Finding}.", failure.Remedy);

    /// <summary>Nothing was found to be wrong.</summary>
    /// <param name="finding">What is well, as a sentence.</param>
    public DrFinding Fine(string finding) => Found(ReadinessStatus.Pass, "ok", finding, null);

    /// <summary>It could not be looked at any further.</summary>
    public DrFinding Unknown(DrException failure) => Unknown(subject, failure) with { Node = node.Name, Evidence = _evidence };

    /// <summary>A subject could not be looked at.</summary>
    public static DrFinding Unknown(DrSubject subject, DrException failure) => new()
    {
        Id = Id(subject, "unknown"),
        Subject = subject,
        Node = failure.Node,
        Status = ReadinessStatus.Error,
        Finding = $"{failure.Finding}.",
        Remediation = failure.Remedy,
    };

    /// <summary>The id of a finding.</summary>
    public static string Id(DrSubject subject, string what) => $"{subject.ToString().ToLowerInvariant()}.{what}";

    private DrFinding Found(ReadinessStatus status, string what, string finding, string? remedy) => new()
    {
        Id = Id(subject, what),
        Subject = subject,
        Node = node.Name,
        Status = status,
        Finding = finding,
        Evidence = [.. _evidence],
        Remediation = remedy,
    };
}
