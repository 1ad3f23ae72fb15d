namespace ZabbixDR;

/// <summary>A copy of a snapshot on a node, or the attempt at one.</summary>
public sealed record EtcdSnapshotCopy
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The file there, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>True where the file's SHA-256, as the node computed it, is the snapshot's.</summary>
    public required bool IsProven { get; init; }

    /// <summary>Why it is not proven; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>The node, and whether its copy is proven.</summary>
    public override string ToString() => IsProven ? Node : $"{Node} (failed)";
}
