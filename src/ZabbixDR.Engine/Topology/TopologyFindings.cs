using YamlDotNet.Core;

namespace ZabbixDR.Engine.Topology;

/// <summary>Collects what is wrong or doubtful in one file.</summary>
internal sealed class TopologyFindings
{
    private readonly List<TopologyDiagnostic> _all = [];

    public TopologyFindings(string file) => File = file;

    public string File { get; }

    public bool HasErrors => _all.Exists(finding => finding.Severity == DiagnosticSeverity.Error);

    public IReadOnlyList<TopologyDiagnostic> InOrder => [.. _all.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)];

    public void Error(Mark at, string message) => Add(DiagnosticSeverity.Error, at, message);

    public void Warning(Mark at, string message) => Add(DiagnosticSeverity.Warning, at, message);

    private void Add(DiagnosticSeverity severity, Mark at, string message) =>
        _all.Add(new TopologyDiagnostic(severity, File, (int)Math.Max(1, at.Line), (int)Math.Max(1, at.Column), message));
}
