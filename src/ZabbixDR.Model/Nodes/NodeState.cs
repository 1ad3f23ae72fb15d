namespace ZabbixDR;

/// <summary>Whether a node answers, and if not, how it fails.</summary>
public enum NodeState
{
    /// <summary>It was logged into and answered.</summary>
    Reachable,

    /// <summary>No connection could be made, or it did not answer in time.</summary>
    Unreachable,

    /// <summary>It answered, and was not let in or did not let us in: host key, key or password.</summary>
    Refused,
}
