namespace ZabbixDR;

/// <summary>What a member is in a Patroni cluster.</summary>
public enum PatroniRole
{
    /// <summary>Not known: the member is not in the cluster's list, or its role is none of these.</summary>
    Unknown,

    /// <summary>It holds the leader lock. Whether it is a primary that accepts writes is another question.</summary>
    Leader,

    /// <summary>A primary by its own word; whether it holds the leader lock is not known, or it does not.</summary>
    Primary,

    /// <summary>It leads a standby cluster, which follows another one.</summary>
    StandbyLeader,

    /// <summary>A synchronous standby: it may be promoted without loss.</summary>
    SyncStandby,

    /// <summary>One of a quorum of synchronous standbys (Patroni 4).</summary>
    QuorumStandby,

    /// <summary>An asynchronous standby.</summary>
    Replica,

    /// <summary>It was a primary and has just been demoted.</summary>
    Demoted,

    /// <summary>It has no database yet.</summary>
    Uninitialized,
}
