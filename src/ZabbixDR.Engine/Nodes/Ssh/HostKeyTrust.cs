namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>Whether a host's key is trusted.</summary>
internal enum HostKeyTrust
{
    /// <summary>This key is listed for this host.</summary>
    Trusted,

    /// <summary>Nothing is listed for this host.</summary>
    Unknown,

    /// <summary>Another key is listed for this host.</summary>
    Changed,

    /// <summary>This key is marked as revoked.</summary>
    Revoked,
}
