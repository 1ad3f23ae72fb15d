namespace ZabbixDR;

/// <summary>A member of the etcd cluster as the cluster itself knows it, and the node of the topology that it is.</summary>
public sealed record EtcdMember
{
    /// <summary>Its id, in hexadecimal as etcdctl prints it.</summary>
    public required string Id { get; init; }

    /// <summary>Its name in etcd; null where it was added and has never started.</summary>
    public string? Name { get; init; }

    /// <summary>The node of the topology with its name, or else with its address; null where there is none.</summary>
    public string? Node { get; init; }

    /// <summary>That node's site; null where there is none.</summary>
    public string? Site { get; init; }

    /// <summary>True where it follows and neither votes nor serves; it can be promoted once it has caught up.</summary>
    public required bool IsLearner { get; init; }

    /// <summary>False where it was added and has never started. Whether it runs now is what Test-EtcdEndpoint says.</summary>
    public required bool IsStarted { get; init; }

    /// <summary>Where the other members reach it.</summary>
    public required IReadOnlyList<Uri> PeerUrls { get; init; }

    /// <summary>Where it says that clients reach it; empty where it has never started.</summary>
    public required IReadOnlyList<Uri> ClientUrls { get; init; }

    /// <summary>In what the topology and the cluster differ about it; null where they agree.</summary>
    public string? Mismatch { get; init; }

    /// <summary>
    /// What ETCD_INITIAL_CLUSTER must be for a member that joins now: every member's name with its peer URLs. Null where a member has no
    /// name, neither in etcd nor in the topology.
    /// </summary>
    public string? InitialCluster { get; init; }

    /// <summary>The member that gave the list, by its name in the topology.</summary>
    public required string AnsweredBy { get; init; }
}
