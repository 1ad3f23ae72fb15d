namespace ZabbixDR;

/// <summary>
/// The lock of the deployment, as one node has it or as etcd's lease: while it is held, nobody else's run changes the node, and with the lease none
/// of the deployment.
/// </summary>
public sealed record DrLock
{
    /// <summary>The node; of a lease, the member of etcd that told of it.</summary>
    public required string Node { get; init; }

    /// <summary>True for etcd's lease, which is there only while somebody holds it.</summary>
    public bool IsLease { get; init; }

    /// <summary>When the lease is over unless its holder renews it, which a run does every 10 s; null on a node, where a lock has no end.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>The run that holds it; null where it is free.</summary>
    public string? Run { get; init; }

    /// <summary>Who took it: user and host.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was taken, in UTC, by the clock of who took it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The highest number that was ever given out on the node; of a lease, the number of the run. Commands of a run with a lower one are refused on the node.</summary>
    public required long FencingNumber { get; init; }
}
