namespace ZabbixDR;

/// <summary>Whether an etcd member does its work, and if not, how it fails.</summary>
public enum EtcdEndpointState
{
    /// <summary>It answered a linearizable read, which needs a quorum, and it has no alarm. A learner: it follows a leader.</summary>
    Healthy,

    /// <summary>It answers, and does not do its work: no leader, no quorum, an alarm.</summary>
    Unhealthy,

    /// <summary>No connection could be made, or nothing came back in time.</summary>
    Unreachable,

    /// <summary>It answered, and did not let us in or is not to be trusted: certificate, user or password.</summary>
    Refused,
}
