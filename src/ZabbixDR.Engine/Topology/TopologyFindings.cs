using YamlDotNet.Core;

namespace ZabbixDR.Engine.Topology;

/// <summary>Collects what is wrong or doubtful in one file, and which keys were asked for.</summary>
internal sealed class TopologyFindings
{
    // A person corrects a file in rounds; without a limit a megabyte of wrong keys would become a message of many.
    private const int Limit = 200;
    private readonly List<TopologyDiagnostic> _all = [];
    private int _untold;

    public TopologyFindings(string file) => File = file;

    public string File { get; }

    public bool HasErrors { get; private set; }

    /// <summary>Every key that the reader asked for, sections' keys by their whole path, with <c>*</c> where a name of the user's own stands.</summary>
    public HashSet<string> Asked { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<TopologyDiagnostic> InOrder => [.. _all.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column), .. Untold()];

    public void Error(Mark at, string message) => Error(at, () => message);

    /// <summary>An error whose message costs something, as a guess does: it is made only where it is told.</summary>
    public void Error(Mark at, Func<string> message)
    {
        HasErrors = true;
        Add(DiagnosticSeverity.Error, at, message);
    }

    public void Warning(Mark at, string message) => Add(DiagnosticSeverity.Warning, at, () => message);

    private void Add(DiagnosticSeverity severity, Mark at, Func<string> message)
    {
        if (_all.Count < Limit)
        {
            _all.Add(new TopologyDiagnostic(severity, File, (int)Math.Max(1, at.Line), (int)Math.Max(1, at.Column), message()));
        }
        else
        {
            _untold++;
        }
    }

    private IEnumerable<TopologyDiagnostic> Untold()
    {
        if (_untold > 0)
        {
            var last = _all[^1];
            yield return last with { Severity = HasErrors ? DiagnosticSeverity.Error : last.Severity, Message = $"{_untold} more like these are not listed." };
        }
    }
}
