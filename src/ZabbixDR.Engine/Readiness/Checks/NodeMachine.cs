using System.Collections.Concurrent;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>A node is the machine that the topology means, and no other node's.</summary>
internal sealed class NodeMachine : INodeCheck
{
    private const string Remedy = "Correct the node's address or machineId in the topology file. A cloned host needs a machine id of its own: systemd-machine-id-setup.";
    private readonly ConcurrentDictionary<string, string> _seen = new(StringComparer.Ordinal);

    public string Id => "node.machine";

    public string Title => "The node is the machine that is meant";

    public async Task<ReadinessFinding> RunAsync(INode node, CancellationToken cancellation)
    {
        var expected = node.Definition.MachineId ?? "no other node's";
        var found = await NodeIdentity.ReadAsync(node, cancellation).ConfigureAwait(false);
        var owner = _seen.GetOrAdd(found, node.Name);
        return (node.Definition.MachineId is { } meant && meant != found, owner != node.Name) switch
        {
            (true, _) => ReadinessFinding.Fail(node.Name, expected, found, "another machine answers at its address", Remedy),
            (_, true) => ReadinessFinding.Fail(node.Name, expected, found, $"{owner} is the same machine", Remedy),
            _ => ReadinessFinding.Pass(node.Name, expected, found),
        };
    }
}
