namespace ZabbixDR.Engine.Topology;

/// <summary>What a topology file gave.</summary>
/// <param name="Topology">The topology; null where the file has an error.</param>
/// <param name="Diagnostics">All that is wrong or doubtful, in the file's order.</param>
public sealed record TopologyReadResult(DrTopology? Topology, IReadOnlyList<TopologyDiagnostic> Diagnostics)
{
    /// <summary>The topology, or the errors as one exception.</summary>
    /// <exception cref="DrException"><c>TopologyInvalid</c>, naming every error with its place.</exception>
    public DrTopology Require()
    {
        return Topology ?? throw TopologyInvalid([.. Diagnostics.Where(finding => finding.Severity == DiagnosticSeverity.Error)]);
    }

    private static DrException TopologyInvalid(IReadOnlyList<TopologyDiagnostic> errors) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        "Reading the topology",
        $"{errors.Count} error{(errors.Count == 1 ? "" : "s")}{Environment.NewLine}{string.Join(Environment.NewLine, errors)}{Environment.NewLine}",
        "Correct the file.");
}
