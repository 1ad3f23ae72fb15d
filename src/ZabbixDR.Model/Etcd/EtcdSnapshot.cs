namespace ZabbixDR;

/// <summary>A snapshot of etcd's key space, as a file on the management host.</summary>
public sealed record EtcdSnapshot
{
    /// <summary>The file, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the member that it was taken from.</summary>
    public required string Member { get; init; }

    /// <summary>The address that it was taken at.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The id of that member, in hexadecimal as etcdctl prints it.</summary>
    public required string MemberId { get; init; }

    /// <summary>The id of the cluster, in hexadecimal as etcdctl prints it.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The revision of the key space in the file, read from the file itself.</summary>
    public required long Revision { get; init; }

    /// <summary>The member's raft term when the snapshot began.</summary>
    public required ulong RaftTerm { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The SHA-256 of the whole file, in hexadecimal, as sha256sum prints it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When the snapshot began, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From the first packet to the file under its final name.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The copies on the nodes that the topology names, those that failed included.</summary>
    public IReadOnlyList<EtcdSnapshotCopy> Copies { get; init; } = [];

    /// <summary>The server's version, such as <c>3.5.16</c>.</summary>
    public required string EtcdVersion { get; init; }
}
