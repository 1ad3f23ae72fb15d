namespace ZabbixDR;

/// <summary>A deployment that the session is connected to. Nodes are reached when a command needs them, not before.</summary>
public sealed record DrDeployment
{
    /// <summary>The deployment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The topology file, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The names of its sites.</summary>
    public required IReadOnlyList<string> Sites { get; init; }

    /// <summary>How many nodes it has.</summary>
    public required int Nodes { get; init; }

    /// <summary>What is doubtful in the topology file.</summary>
    public required IReadOnlyList<TopologyDiagnostic> Warnings { get; init; }
}
