namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// A node that can be looked at. Nothing that it offers changes the node; the types see to it.
/// Every member throws <see cref="DrException"/>: <c>NodeUnreachable</c>, <c>NodeTimedOut</c>, <c>HostKeyUnknown</c>,
/// <c>HostKeyChanged</c>, <c>HostKeyRevoked</c>, <c>LoginRefused</c>, <c>BecomeRefused</c>, <c>ProgramMissing</c>, <c>CommandFailed</c>, <c>CommandTimedOut</c>,
/// <c>ConnectionLost</c>: the last only where the connection broke twice, or some of the output had been given away.
/// </summary>
public interface INode
{
    /// <summary>The node's name in the topology.</summary>
    string Name => Definition.Name;

    /// <summary>The node as the topology has it.</summary>
    DrTopologyNode Definition { get; }

    /// <summary>Runs a command and returns its output, which must be small: at most 64 MiB.</summary>
    Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation);

    /// <summary>Runs a command and hands on each line of standard output as it comes.</summary>
    Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation);

    /// <summary>Runs a command and copies its standard output, as bytes, into a stream.</summary>
    Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation);

    /// <summary>
    /// Starts a program that speaks over its standard input and output, and gives both as one stream, such as a relay to a socket.
    /// Disposing the stream ends the program. The command's time limit does not apply.
    /// </summary>
    Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation);
}
