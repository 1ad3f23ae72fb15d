using System.Text;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The journals of the management machine; whoever resumes elsewhere does not have them.</summary>
internal sealed class SimulatedJournals(Lifetime life) : ILineFiles
{
    private readonly Dictionary<string, StringBuilder> _journals = new(StringComparer.Ordinal);

    public void Append(string name, string line)
    {
        life.Point();
        if (!_journals.TryGetValue(name, out var text))
        {
            _journals[name] = text = new StringBuilder();
        }

        text.Append(line).Append('\n');
        life.Point();
    }

    public IReadOnlyList<(string Name, string Text)> Read() => [.. _journals.Select(journal => (journal.Key, journal.Value.ToString()))];

    public string PathOf(string name) => name;

    /// <summary>Another machine takes over: its user has no journals.</summary>
    public void Lose() => _journals.Clear();
}
