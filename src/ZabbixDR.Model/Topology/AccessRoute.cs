namespace ZabbixDR;

/// <summary>The way to a service that listens on a node.</summary>
public enum AccessRoute
{
    /// <summary>A connection from this machine to the node's address.</summary>
    Direct,

    /// <summary>Through the node's SSH connection, to the service's address as the node itself sees it.</summary>
    Ssh,
}
