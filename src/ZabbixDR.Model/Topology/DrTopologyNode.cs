namespace ZabbixDR;

/// <summary>A host as the topology file names it.</summary>
/// <param name="Name">The node's name; for etcd and Patroni the member's name too.</param>
/// <param name="Site">The site that it stands at.</param>
/// <param name="Address">The IP address, host name or Host of ssh_config(5) that it is reached at, or <c>local</c> for the machine that the module runs on.</param>
/// <param name="SshPort">The port of its SSH server; null where ssh_config(5) or the default, 22, decides.</param>
/// <param name="Roles">What it runs.</param>
public sealed record DrTopologyNode(string Name, string Site, string Address, int? SshPort, IReadOnlyList<NodeRole> Roles)
{
    /// <summary>
    /// The host's machine-id(5), 32 hexadecimal digits: nothing is changed on a machine that has another. Null where the host key alone says
    /// which machine it is.
    /// </summary>
    public string? MachineId { get; init; }

    /// <summary>True where the module runs on this node itself, so that commands need no SSH.</summary>
    public bool IsLocal => Address == "local";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
