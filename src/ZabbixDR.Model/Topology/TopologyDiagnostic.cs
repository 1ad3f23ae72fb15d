namespace ZabbixDR;

/// <summary>Something wrong or doubtful in a topology file.</summary>
/// <param name="Severity">Whether the file can be used all the same.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record TopologyDiagnostic(DiagnosticSeverity Severity, string File, int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}: {(Severity == DiagnosticSeverity.Error ? "error" : "warning")}: {Message}";
}
