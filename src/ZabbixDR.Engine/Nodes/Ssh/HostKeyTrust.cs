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

    /// <summary>A certificate authority is listed for this host, and no key: certificates are not supported.</summary>
    CertificateOnly,

    /// <summary>This key is marked as revoked.</summary>
    Revoked,
}
