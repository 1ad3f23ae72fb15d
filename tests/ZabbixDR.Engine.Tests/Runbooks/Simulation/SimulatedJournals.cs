using System.Text;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The journals of the management machine; whoever resumes elsewhere does not have them.</summary>
internal sealed class SimulatedJournals(Lifetime life) : ILineFiles
{
    private readonly Dictionary<string, StringBuilder> _journals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);

    public void Append(string name, string line)
    {
        life.Point();
        if (!_journals.TryGetValue(name, out var text))
        {
            _journals[name] = text = new StringBuilder();
        }

        text.Append(line).Append('\n');
        _last[name] = line;
        life.Point();
    }

    public IReadOnlyList<(string Name, string Text)> Read() => [.. _journals.Select(journal => (journal.Key, journal.Value.ToString()))];

    public string PathOf(string name) => name;

    /// <summary>What was written into a journal last, on whichever machine: a command of an operator who is gone may come late.</summary>
    public string? LastOf(string name) => _last.GetValueOrDefault(name);

    /// <summary>Another machine takes over: its user has no journals.</summary>
    public void Lose() => _journals.Clear();
}
