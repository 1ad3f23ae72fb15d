namespace ZabbixDR.Engine.Tests.Topology;

/// <summary>A test that reads the source document, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SourceDocumentFactAttribute : FactAttribute
{
    public SourceDocumentFactAttribute() =>
        Skip = SourceDocument.File is null ? "There is no shared/source/phase-13-backup-dr.md above this checkout; the recorded list of its names was tested." : null;
}
