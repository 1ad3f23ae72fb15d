using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The journals of the management machine; whoever resumes elsewhere does not have them.</summary>
internal sealed class SimulatedJournals(Lifetime life) : IJournalsHere
{
    private readonly Dictionary<string, List<JournalLine>> _journals = new(StringComparer.Ordinal);

    public void Append(JournalLine line)
    {
        life.Point();
        if (!_journals.TryGetValue(line.Run, out var lines))
        {
            _journals[line.Run] = lines = [];
        }

        lines.Add(line);
        life.Point();
    }

    public IReadOnlyList<(string Run, IReadOnlyList<JournalLine> Lines)> Read() => [.. _journals.Select(journal => (journal.Key, (IReadOnlyList<JournalLine>)[.. journal.Value]))];

    /// <summary>Another machine takes over: its user has no journals.</summary>
    public void Lose() => _journals.Clear();
}
