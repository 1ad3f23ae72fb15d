namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a run's journal tells, its copies put together.</summary>
internal sealed class RunHistory
{
    private readonly List<JournalLine> _lines;

    private RunHistory(DrPlan plan, List<JournalLine> lines, IReadOnlyList<string> foundAt)
    {
        Plan = plan;
        _lines = lines;
        FoundAt = foundAt;
    }

    /// <summary>The plan.</summary>
    public DrPlan Plan { get; }

    /// <summary>Where its lines were found.</summary>
    public IReadOnlyList<string> FoundAt { get; }

    /// <summary>The lines.</summary>
    public IReadOnlyList<JournalLine> Lines => _lines;

    /// <summary>The number of the last line; 0 for a run that has none yet.</summary>
    public int LastNumber => _lines.Count == 0 ? 0 : _lines[^1].Number;

    /// <summary>Whether it has come to a good end.</summary>
    public bool HasSucceeded => _lines.Exists(line => line.Outcome == DrRunStatus.Succeeded);

    /// <summary>The run that goes back from it, or has; null where none does.</summary>
    public string? UndoneBy { get; private set; }

    /// <summary>A run that begins.</summary>
    public static RunHistory Begin(DrPlan plan) => new(plan, [], []);

    /// <summary>Puts the copies of one run's journal together: each line once, in order.</summary>
    /// <returns>The history; null where no copy holds the plan.</returns>
    public static RunHistory? Merge(IEnumerable<(string Place, IReadOnlyList<JournalLine> Lines)> copies)
    {
        var found = copies.Where(copy => copy.Lines.Count > 0).ToList();
        // Two copies hold one line twice; two lines of one number were written by two who did not see each other, and both count.
        var lines = found.SelectMany(copy => copy.Lines).DistinctBy(line => (line.Number, line.At, line.Operator, line.Event, line.Step)).OrderBy(line => line.Number).ThenBy(line => line.At).ToList();
        return lines.Find(line => line.Plan is not null)?.Plan is { } plan ? new RunHistory(plan, lines, [.. found.Select(copy => copy.Place)]) : null;
    }

    /// <summary>
    /// Tells each of several runs which other goes back from it: the last one, where a way back was given up and another begun. One that did not
    /// come as far as the lock does not.
    /// </summary>
    public static void Relate(IReadOnlyCollection<RunHistory> histories)
    {
        foreach (var ways in histories.Where(one => one.Plan.Undoes is not null && one.Lines.Any(line => line.Event == JournalEvent.Taken)).GroupBy(one => one.Plan.Undoes, StringComparer.Ordinal))
        {
            var last = ways.OrderBy(way => way.Lines[0].At).Last();
            foreach (var undone in histories.Where(one => one.Plan.Id == ways.Key).Concat(ways.Where(way => way != last)))
            {
                undone.UndoneBy = last.Plan.Id;
            }
        }
    }

    /// <summary>The last word on a step; null where it never began.</summary>
    public JournalLine? Last(DrPlanStep step) => _lines.FindLast(line => line.Step == step.Id);

    /// <summary>Whether a node's step of a kind was begun, and may have done its work: an outcome that is missing says nothing.</summary>
    public bool HasTouched(string kind, string node) =>
        Plan.Steps.Any(step => step.Kind == kind && step.Node == node && Last(step)?.Status is DrStepStatus.Begun or DrStepStatus.Done or DrStepStatus.Failed);

    /// <summary>Adds a line that was written.</summary>
    public void Add(JournalLine line) => _lines.Add(line);

    /// <summary>The run as a person sees it.</summary>
    public DrRun Describe() => new()
    {
        Id = Plan.Id,
        Runbook = Plan.Runbook,
        Title = Plan.Title,
        Undoes = Plan.Undoes,
        UndoneBy = UndoneBy,
        Status = UndoneBy is not null ? DrRunStatus.Undone : _lines.FindLast(line => line.Event is JournalEvent.Taken or JournalEvent.Closed)?.Outcome ?? DrRunStatus.Unfinished,
        StartedAt = _lines.Count == 0 ? Plan.CreatedAt : _lines[0].At,
        EndedAt = _lines.FindLast(line => line.Event is JournalEvent.Taken or JournalEvent.Closed) is { Event: JournalEvent.Closed } closed ? closed.At : null,
        Operator = _lines.Count == 0 ? Plan.CreatedBy : _lines[^1].Operator,
        Steps = [.. Plan.Steps.Select(Result)],
        FoundAt = FoundAt,
    };

    /// <summary>A step as it stands.</summary>
    public DrStepResult Result(DrPlanStep step) => Last(step) is var line && line is null
        ? Blank(step)
        : Blank(step) with { Status = line.Status ?? DrStepStatus.Begun, Detail = line.Detail, Facts = line.Facts ?? new Dictionary<string, string>(), Elapsed = line.Elapsed };

    /// <inheritdoc cref="Result(DrPlanStep)"/>
    private DrStepResult Blank(DrPlanStep step) => new()
    {
        Run = Plan.Id,
        Number = Plan.Steps.Select((other, index) => (other, index)).First(pair => pair.other.Id == step.Id).index + 1,
        Remaining = (Plan with { Steps = [.. Plan.Steps.SkipWhile(other => other.Id != step.Id)] }).Expected,
        Of = Plan.Steps.Count,
        Step = step.Id,
        Node = step.Node,
        What = step.What,
        Status = DrStepStatus.Waiting,
    };
}
