namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// Whether a node is the machine that the topology means. Its SSH host key says so already, unless the image that hosts are made from
/// brought one key for all; the machine id (machine-id(5)) is what Patroni, etcd or an address in a wrong line cannot give another one.
/// </summary>
public static class NodeIdentity
{
    private const string File = "/etc/machine-id";

    /// <summary>The machine's id.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<string> ReadAsync(INode node, CancellationToken cancellation) =>
        (await node.RunAsync(new ObservingCommand("cat", File), cancellation).ConfigureAwait(false)).Output.Trim();

    /// <summary>Demands that the node is the machine that the topology names, where it names one.</summary>
    /// <exception cref="DrException"><c>OtherMachine</c>, with nothing changed; those of <see cref="INode"/>.</exception>
    public static async Task ProveAsync(INode node, CancellationToken cancellation)
    {
        if (node.Definition.MachineId is { } meant && await ReadAsync(node, cancellation).ConfigureAwait(false) is var found && found != meant)
        {
            throw OtherMachine(node, meant, found);
        }
    }

    private static DrException OtherMachine(INode node, string meant, string found) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Proving that {node.Definition.Address} is the machine that is meant",
        $"its machine id is {found}, and the topology file says {meant}; nothing was changed",
        $"Correct nodes.{node.Name}.address, or machineId where the host was made anew.");
}
