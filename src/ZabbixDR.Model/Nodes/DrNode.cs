namespace ZabbixDR;

/// <summary>A node as it was just found.</summary>
public sealed record DrNode
{
    /// <summary>The name in the topology.</summary>
    public required string Name { get; init; }

    /// <summary>The site in the topology.</summary>
    public required string Site { get; init; }

    /// <summary>The roles in the topology.</summary>
    public required IReadOnlyList<NodeRole> Roles { get; init; }

    /// <summary>The address in the topology.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it could be reached.</summary>
    public required NodeState State { get; init; }

    /// <summary>Why it is not <see cref="NodeState.Reachable"/>; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>The host name that the node itself gives; null where it was not reached.</summary>
    public string? HostName { get; init; }

    /// <summary>The operating system by its own name, such as <c>Debian GNU/Linux 13 (trixie)</c>; null where it was not reached.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>How long the node has been up; null where it was not reached.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>From the first packet to the facts.</summary>
    public required TimeSpan Elapsed { get; init; }
}
