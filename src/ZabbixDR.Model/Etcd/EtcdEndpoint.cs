namespace ZabbixDR;

/// <summary>An etcd member as it was just found. What was not learned is null.</summary>
public sealed record EtcdEndpoint
{
    /// <summary>The member's name in the topology.</summary>
    public required string Name { get; init; }

    /// <summary>The site in the topology.</summary>
    public required string Site { get; init; }

    /// <summary>The address that it was asked at.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Whether it does its work.</summary>
    public required EtcdEndpointState State { get; init; }

    /// <summary>Why it is not <see cref="EtcdEndpointState.Healthy"/>, and what to do; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>The member's id, in hexadecimal as etcdctl prints it.</summary>
    public string? MemberId { get; init; }

    /// <summary>The cluster's id, in hexadecimal as etcdctl prints it.</summary>
    public string? ClusterId { get; init; }

    /// <summary>True where it is the leader.</summary>
    public bool? IsLeader { get; init; }

    /// <summary>True where it is a learner: it follows, and neither votes nor serves.</summary>
    public bool? IsLearner { get; init; }

    /// <summary>The server's version, such as <c>3.5.16</c>.</summary>
    public string? Version { get; init; }

    /// <summary>The size of the database file in bytes.</summary>
    public long? DbSize { get; init; }

    /// <summary>The part of it that holds data, in bytes; a defragmentation gives back the rest.</summary>
    public long? DbSizeInUse { get; init; }

    /// <summary>The size in bytes that the database may have before etcd takes no more writes; null where the member's /metrics do not tell it.</summary>
    public long? Quota { get; init; }

    /// <summary>The index of the last raft entry that it holds.</summary>
    public ulong? RaftIndex { get; init; }

    /// <summary>The index of the last raft entry that it has applied to its data; far below <see cref="RaftIndex"/> it lags.</summary>
    public ulong? RaftAppliedIndex { get; init; }

    /// <summary>The raft term.</summary>
    public ulong? RaftTerm { get; init; }

    /// <summary>The revision of its key space.</summary>
    public long? Revision { get; init; }

    /// <summary>The alarms that it has raised.</summary>
    public IReadOnlyList<EtcdAlarm> Alarms { get; init; } = [];

    /// <summary>How long its linearizable read took; null where it gave none.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>When its server certificate ends, in UTC, also where it has ended already; null where no TLS was spoken.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>From the first packet to the facts.</summary>
    public required TimeSpan Elapsed { get; init; }
}
