namespace ZabbixDR.Engine.Topology;

/// <summary>A topology that is about to become a file.</summary>
/// <param name="Topology">What it says.</param>
/// <param name="Notes">What a person must know or do, by the key that it concerns; it becomes a comment there.</param>
public sealed record TopologyDraft(DrTopology Topology, IReadOnlyDictionary<string, string> Notes);
