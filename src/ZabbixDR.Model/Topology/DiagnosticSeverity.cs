namespace ZabbixDR;

/// <summary>How grave a finding in a file is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The file can be used; something in it deserves a look.</summary>
    Warning,

    /// <summary>The file cannot be used.</summary>
    Error,
}
