using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Local;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>This machine as a node.</summary>
internal static class LocalNode
{
    public static Node Here() => Over(new LocalTransport("here"));

    public static Node Over(INodeTransport transport, string name = "here") => new(
        new DrTopologyNode(name, "A", "local", null, [NodeRole.Scratch]),
        new AccessSettings { BecomeMethod = BecomeMethod.None },
        transport,
        BecomePassword.None);
}
