using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Etcd;

/// <summary>All that is needed to speak to one member.</summary>
/// <param name="Node">The member's node.</param>
/// <param name="Settings">etcd's settings in the topology.</param>
/// <param name="ConnectTimeout">How long the member may take to accept a connection.</param>
/// <param name="Secrets">Finds the password.</param>
internal sealed record EtcdTarget(DrTopologyNode Node, EtcdSettings Settings, TimeSpan ConnectTimeout, SecretReader Secrets)
{
    public string Name => Node.Name;

    public Uri Endpoint { get; } = new UriBuilder(
        Settings.CaFile is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps,
        Node.IsLocal ? "localhost" : Node.Address,
        Settings.ClientPort).Uri;

    /// <summary>Makes what carries the calls of one operation.</summary>
    public Func<EtcdTarget, EtcdWire> Wire { get; init; } = EtcdWire.To;
}
